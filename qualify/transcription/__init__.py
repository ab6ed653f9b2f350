"""Speech to text: engines behind one seam, and the transcript that is made of their words."""
