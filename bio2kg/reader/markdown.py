"""A Markdown document as a flat list of blocks with their lines, plain text and paragraphs."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.front_matter import front_matter_plugin


@dataclass(frozen=True)
class Paragraph:
    """A run of text inside a block: its plain text, and how it is led in (``- `` or ``1. `` in a list)."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Block:
    """One block of the document. ``lines`` counts from 1, both ends included; ``level`` is that of a heading."""

    kind: str
    lines: tuple[int, int]
    paragraphs: tuple[Paragraph, ...]
    level: int = 0

    @property
    def text(self) -> str:
        """The block as plain text, one paragraph a line."""
        return "\n".join(p.lead + p.text for p in self.paragraphs)


@dataclass(frozen=True)
class Document:
    """The blocks of a text, in order, and its lines as written."""

    name: str
    blocks: tuple[Block, ...]
    source: tuple[str, ...]

    def unread_lines(self) -> list[int]:
        """Lines with text that belong to no block; Markdown drops some without a word (link definitions)."""
        covered = {n for block in self.blocks for n in range(block.lines[0], block.lines[1] + 1)}
        return [n for n, line in enumerate(self.source, 1) if line.strip() and n not in covered]

    def markdown(self, first: int, last: int) -> str:
        """The lines ``first`` to ``last`` as written."""
        return "\n".join(self.source[first - 1 : last])


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(front_matter_plugin)


def parse(name: str, text: str) -> Document:
    """Parses CommonMark with tables and front matter. Never fails: any text is Markdown."""
    root = SyntaxTreeNode(_parser().parse(text))
    return Document(name, tuple(_block(node) for node in root.children), tuple(text.splitlines()))


def _block(node: SyntaxTreeNode) -> Block:
    first, after = node.map if node.map else (0, 0)
    level = int(node.tag[1]) if node.type == "heading" else 0
    return Block(node.type, (first + 1, after), tuple(_paragraphs(node, "")), level)


def _paragraphs(node: SyntaxTreeNode, indent: str) -> Iterator[Paragraph]:
    if node.type == "inline":
        yield Paragraph(_plain(node.children), indent)
    elif node.type in ("front_matter", "code_block", "fence", "html_block"):
        yield Paragraph(node.content.strip(), indent)
    elif node.type in ("bullet_list", "ordered_list"):
        start = int(node.attrs.get("start", 1) or 1)
        for number, item in enumerate(node.children, start):
            lead = f"{number}. " if node.type == "ordered_list" else "- "
            for place, child in enumerate(item.children):
                below = " " * len(indent)
                yield from _paragraphs(
                    child, below + lead if place == 0 and child.type == "paragraph" else below + "  "
                )
    elif node.type == "tr":
        cells = [" ".join(p.text for p in _paragraphs(cell, "")) for cell in node.children]
        yield Paragraph(" | ".join(cells), indent)
    else:
        for child in node.children:
            yield from _paragraphs(child, indent)


def _plain(nodes: list[SyntaxTreeNode]) -> str:
    parts = []
    for node in nodes:
        if node.type in ("text", "code_inline"):
            parts.append(node.content)
        elif node.type == "softbreak":
            parts.append(" ")
        elif node.type == "hardbreak" or (
            node.type == "html_inline" and node.content.lower().replace(" ", "") in ("<br>", "<br/>")
        ):
            parts.append("\n")
        elif node.type == "image":
            parts.append(node.content)
        else:
            parts.append(_plain(node.children))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
