"""The parts of the Caseload page, and what of a kept client stands on other pages."""
