"""What a person does to one learner, or to a few that were picked: create, change, delete, restore, unlock, reset.

Each function writes in the caller's transaction and records what it did in the audit trail; the caller commits. Who may
do it is the website's to decide, and what is right in a learner's details the schemas'.
"""
