"""What is done with accepted calls, whatever process dies when: each handled once, each message sent once.

The store is the truth. Durable work (DBOS) only gets done what the store says is open: whatever is open
and has no living work is given one, so that the work's own tables may be lost without losing a call.
"""

from __future__ import annotations
