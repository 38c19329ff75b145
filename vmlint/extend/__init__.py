"""What plugins and projects add: rules, readers and catalogue documents."""
