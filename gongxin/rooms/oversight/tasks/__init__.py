"""Tasks (任务分工): given to bodies under a plan, reported with evidence, verified, inspected, appraised at the end of the year."""
