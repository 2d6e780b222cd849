"""Built-in skills, one file each; found through the entry points `edge.skills` like any other."""
