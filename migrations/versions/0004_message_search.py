"""Searching in messages: a full-text index that the database itself keeps, in the transaction of each message.

No model stands for it: SQLite has FTS5, PostgreSQL a tsvector, and both are kept by triggers, so that whatever writes a
message or takes one away keeps the index true. It holds words alone: the message, with the subject in the first one of
a conversation, and whose it is (p and the person, o and the office) as a word of its own that nobody can type.

A later migration that copies `message` on SQLite (batch_alter_table) loses its triggers there and lays them anew.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQLITE_TEXT = """
  select {new}.id, 'p' || person_id || ' o' || office_id, case when {new}.number = 1 then subject || ' ' else '' end
  || {new}.body from conversation where id = {new}.conversation_id
"""
_FORGET = "delete from message_words where rowid = old.id;"
_SQLITE = (
    """
create virtual table message_words using fts5 (whose, words, content = '', contentless_delete = 1, detail = column,
  prefix = '2 3 4 5 6 7 8', tokenize = 'unicode61 remove_diacritics 2')
""",
    "create trigger message_words_written after insert on message begin"
    f" insert into message_words (rowid, whose, words) {_SQLITE_TEXT.format(new='new')}; end",
    f"create trigger message_words_gone after delete on message begin {_FORGET} end",
    f"create trigger message_words_changed after update on message begin {_FORGET}"
    f" insert into message_words (rowid, whose, words) {_SQLITE_TEXT.format(new='new')}; end",
    """
insert into message_words (rowid, whose, words)
  select message.id, 'p' || person_id || ' o' || message.office_id,
  case when number = 1 then subject || ' ' else '' end || body
  from message join conversation on conversation.office_id = message.office_id
  and conversation.id = message.conversation_id
""",
)
#: Words as SQLite's unicode61 has them: no accents, lower case, cut at everything that is no letter and no digit.
_POSTGRESQL = (
    """
create table message_words (
  message_id bigint primary key references message (id) on delete cascade,
  person_id bigint not null,
  office_id bigint not null,
  words tsvector not null
)
""",
    "create index ix_message_words_person on message_words (person_id, message_id)",
    "create index ix_message_words_office on message_words (office_id, message_id)",
    "create index ix_message_words_words on message_words using gin (words) with (fastupdate = off)",
    r"""
create function message_words_in(text) returns tsvector language sql immutable strict as $$
  select to_tsvector('simple', regexp_replace(
    lower(regexp_replace(normalize($1, nfd), '[\u0300-\u036f]+', '', 'g')),
    '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f]+', ' ', 'g'))
$$
""",
    """
create function message_words_keep() returns trigger language plpgsql as $$
begin
  insert into message_words (message_id, person_id, office_id, words)
    select new.id, person_id, office_id,
    message_words_in(case when new.number = 1 then subject || ' ' else '' end || new.body)
    || array_to_tsvector(array['@p' || person_id, '@o' || office_id])
    from conversation where id = new.conversation_id
    on conflict (message_id) do update set words = excluded.words;
  return null;
end $$
""",
    "create trigger message_words_written after insert or update on message"
    " for each row execute function message_words_keep()",
    """
insert into message_words (message_id, person_id, office_id, words)
  select message.id, person_id, message.office_id,
  message_words_in(case when number = 1 then subject || ' ' else '' end || body)
  || array_to_tsvector(array['@p' || person_id, '@o' || message.office_id])
  from message join conversation on conversation.office_id = message.office_id
  and conversation.id = message.conversation_id
""",
)


def upgrade() -> None:
    for statement in _SQLITE if _is_sqlite() else _POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    if _is_sqlite():
        for trigger in ("written", "gone", "changed"):
            op.execute(f"drop trigger message_words_{trigger}")
        op.execute("drop table message_words")
        return
    op.execute("drop trigger message_words_written on message")
    op.execute("drop table message_words")
    op.execute("drop function message_words_keep()")
    op.execute("drop function message_words_in(text)")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
