"""A password that is right, and its hash made cheaply, so that tests spend no time on hashing."""

import argon2

PASSWORD = "Correct-horse9"
PASSWORD_HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
