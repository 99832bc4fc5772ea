"""Lists of serious dishonesty (严重失信主体名单): putting on by due process, what stands on them, who is looked for daily."""
