"""What alembic runs: the changes, on the connection and in the transaction that the store opened."""

from alembic import context

from qualify.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
context.run_migrations()
