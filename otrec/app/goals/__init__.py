"""The parts of the page Goals & progress: wording a goal, scoring it, and following it."""
