"""The three-way merge of configurations: base, local and central in, what both should hold and the conflicts out.

Pure: nothing here picks a winner of a conflict, and nothing is lost that is not in the result or under a conflict.
"""
