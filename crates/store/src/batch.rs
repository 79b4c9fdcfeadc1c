//! Several statements as one: on SQLite every statement is a trip to the thread of its connection, and those trips, not
//! the statements, are what a step mostly waits for (measured: docs/benchmarks.md).
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, StatementBuilder};

/// Statements of which nobody needs a count or a row.
#[derive(Debug)]
pub(crate) struct Batch {
    backend: DbBackend,
    statements: Vec<Statement>,
}

impl Batch {
    pub(crate) fn new(backend: DbBackend) -> Self {
        Self { backend, statements: Vec::new() }
    }

    pub(crate) fn push(&mut self, statement: &impl StatementBuilder) {
        self.statements.push(self.backend.build(statement));
    }

    /// Runs all of them in their order, in one trip where the database takes several statements with their values.
    pub(crate) async fn execute(self, connection: &impl ConnectionTrait) -> Result<(), DbErr> {
        let statements =
            if self.backend == DbBackend::Sqlite { joined(self.statements) } else { self.statements };
        for statement in statements {
            connection.execute_raw(statement).await?;
        }
        Ok(())
    }
}

/// One statement out of many: SQLite's parameters have no numbers, so those of all follow each other.
fn joined(statements: Vec<Statement>) -> Vec<Statement> {
    let mut texts = Vec::new();
    let mut values = Vec::new();
    for statement in statements {
        texts.push(statement.sql);
        values.extend(statement.values.into_iter().flat_map(|values| values.0));
    }
    vec![Statement::from_sql_and_values(DbBackend::Sqlite, texts.join("; "), values)]
}
