"""One set of facts, several renderings: what a message states, as text, e-mail, SMS or JSON for a CRM."""
