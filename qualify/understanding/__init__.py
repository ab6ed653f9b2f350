"""From a transcript and a tenant's file to what the call is: intent, urgency, fields, instructions."""
