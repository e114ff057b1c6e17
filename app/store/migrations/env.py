"""What Alembic runs: the migrations on the connection that ``upgrade`` opened."""

from alembic import context

from app.store.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_name=context.config.attributes["include_name"],
)
with context.begin_transaction():
    context.run_migrations()
