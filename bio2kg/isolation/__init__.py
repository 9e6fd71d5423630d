"""What strangers send is read and run in worker processes that can be killed.

A **zygote** process loads the release once and forks a **worker** in some milliseconds; the **pool** of the server
hands a worker one **task** at a time, with **limits** on time, memory and size, and kills it when it exceeds them. A
worker holds only what its audience may see, and can neither open files nor reach a network.
"""
