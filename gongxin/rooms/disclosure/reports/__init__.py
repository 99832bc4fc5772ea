"""Reports (信用报告): one content for screen, JSON and paper; signed, numbered, and verifiable by anyone."""
