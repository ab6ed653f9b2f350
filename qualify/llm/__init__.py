"""Language models behind any OpenAI-compatible endpoint: understanding and drafting, by configuration.

`settings` reads the configuration, `prompt` renders a versioned prompt, `endpoint` makes one request,
`asking` retries within a deadline, `understanding` and `drafting` are the engines. Whatever a model
answers is a proposal: its quotes must stand in the call, its message passes the grounding check, and
what fails falls back to the embedded engines, with the reason.
"""
