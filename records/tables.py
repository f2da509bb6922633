"""Every table, in one place to import from."""

from records.audit import AuditEvent
from records.imports import ImportFinding, ImportKind, ImportSource, ImportStatus, LearnerImport
from records.operating import Alert, PartBeat, SftpCredential
from records.outbox import OutboxMail
from records.people import Account, Learner, LearnerProgress, Membership, ProfileStatus
from records.providers import Provider, ProviderContact
from records.signing_in import AddressFailure, Purpose, SignInSession
from records.types import Base, now

__all__ = [
    "Account",
    "AddressFailure",
    "Alert",
    "AuditEvent",
    "Base",
    "ImportFinding",
    "ImportKind",
    "ImportSource",
    "ImportStatus",
    "Learner",
    "LearnerImport",
    "LearnerProgress",
    "Membership",
    "OutboxMail",
    "PartBeat",
    "ProfileStatus",
    "Provider",
    "ProviderContact",
    "Purpose",
    "SftpCredential",
    "SignInSession",
    "now",
]
