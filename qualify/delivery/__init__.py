"""How a message leaves: what may, to whom, by which channel, how often it is tried, who is told next.

Planning is pure (`policy`, `plan`, `retry`, `escalation`, `ack`, `content`); a channel's module sends one
parcel once and says what came of it. Nothing is saved here.
"""
