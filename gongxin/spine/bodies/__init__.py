"""Bodies and posts through time (机关单位登记): mergers, splits, new names, superiors, and who held which post when."""
