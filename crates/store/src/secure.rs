//! Who may do what in PostgreSQL, derived from its own catalogue, so that a new table is covered without a line here.
//!
//! Three roles: the owner migrates; the app role serves, sees the zone its transaction has set and no other, and cannot
//! change a history; a superuser does neither. A table without `zone_id` that is not [`ZONELESS`] is granted to nobody.
use crate::error::StoreError;
use crate::zoned::SETTING;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

/// The tables that no one zone has, with what the app role may do to them.
const ZONELESS: [(&str, &str); 2] = [
    // Which migrations were run: looked at before serving.
    ("seaql_migrations", "SELECT"),
    // The zones themselves: sign-in and the loops begin with them. A policy of its own lets a transaction write only its
    // own, and of that only the count of its settings' changes.
    ("zone", "SELECT, INSERT, UPDATE (revision)"),
];

/// Names the migration lock among PostgreSQL's advisory locks; any fixed number does.
const MIGRATION_LOCK: i64 = 0x7169_616e_7869_616f;

/// What every query of the catalogue here looks at: the tables of this schema, as `c`.
const TABLES: &str = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')";

/// Whether the table `c` has a column.
fn has(column: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = '{column}' AND NOT a.attisdropped)"
    )
}

/// Waits until nobody else migrates.
pub(crate) async fn migration_lock(transaction: &impl ConnectionTrait) -> Result<(), StoreError> {
    let lock = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
    transaction.execute_unprepared(&lock).await?;
    Ok(())
}

/// Lets the owner see every zone while migrations move rows; what follows puts it back in the same transaction.
pub(crate) async fn policies_lift(transaction: &impl ConnectionTrait) -> Result<(), StoreError> {
    let lift = format!(
        "SELECT format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', c.relname) AS found {TABLES} AND c.relforcerowsecurity"
    );
    run_each(transaction, &lift).await
}

/// Puts every table that is not guarded under its policy, and grants those who serve what tables came to be.
pub(crate) async fn policies_apply(transaction: &impl ConnectionTrait) -> Result<(), StoreError> {
    let own = format!("nullif(current_setting(''{SETTING}'', true), '''')::uuid");
    let guard = "ALTER TABLE %1$I ENABLE ROW LEVEL SECURITY; ALTER TABLE %1$I FORCE ROW LEVEL SECURITY; \
         DROP POLICY IF EXISTS zone_only ON %1$I";
    let zoned = format!(
        "SELECT format('{guard}; CREATE POLICY zone_only ON %1$I USING (zone_id = {own}) WITH CHECK (zone_id = {own})', \
         c.relname) AS found {TABLES} AND {} AND NOT {}",
        has("zone_id"),
        guarded(),
    );
    run_each(transaction, &zoned).await?;
    // Everybody may see which zones there are; a transaction writes only its own.
    let readable = format!(
        "SELECT format('{guard}; CREATE POLICY zone_only ON %1$I USING (id = {own}) WITH CHECK (id = {own}); \
         DROP POLICY IF EXISTS zone_read ON %1$I; CREATE POLICY zone_read ON %1$I FOR SELECT USING (true)', \
         c.relname) AS found {TABLES} AND c.relname = 'zone' AND NOT {}",
        guarded(),
    );
    run_each(transaction, &readable).await?;
    let serving = format!(
        "SELECT DISTINCT grantee::regrole::text AS found FROM \
         (SELECT (aclexplode(c.relacl)).grantee, c.relowner {TABLES} AND c.relname = 'zone') AS rights \
         WHERE grantee <> relowner AND grantee <> 0"
    );
    for role in texts(transaction, &serving, []).await? {
        // As the catalogue prints it, it is quoted where it must be.
        grant(transaction, &role).await?;
    }
    Ok(())
}

/// Whether the table `c` has row-level security that holds its owner too.
fn guarded() -> &'static str {
    "(c.relrowsecurity AND c.relforcerowsecurity AND EXISTS \
     (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'zone_only'))"
}

/// Makes the role if it is not there: one that signs in and may nothing by itself.
pub(crate) async fn role_make(
    transaction: &impl ConnectionTrait,
    role: &str,
    password: Option<&str>,
) -> Result<(), StoreError> {
    // Roles are the whole server's, the lock one database's: who migrates another may make the same role at this moment.
    let make = "SELECT format('DO %L', format('BEGIN \
         CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END', $1)) AS found \
         WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)";
    for statement in texts(transaction, make, [role.into()]).await? {
        transaction.execute_unprepared(&statement).await?;
    }
    if let Some(password) = password {
        let set = "SELECT format('ALTER ROLE %I PASSWORD %L', $1, $2) AS found";
        for statement in texts(transaction, set, [role.into(), password.into()]).await? {
            transaction.execute_unprepared(&statement).await?;
        }
    }
    Ok(())
}

/// Grants a role what serving needs, and takes everything else away.
pub(crate) async fn rights_grant(transaction: &impl ConnectionTrait, role: &str) -> Result<(), StoreError> {
    let quoted = texts(transaction, "SELECT quote_ident($1) AS found", [role.into()]).await?;
    for role in quoted {
        grant(transaction, &role).await?;
    }
    Ok(())
}

/// `role` is quoted.
async fn grant(transaction: &impl ConnectionTrait, role: &str) -> Result<(), StoreError> {
    let role = role.replace('\'', "''").replace('%', "%%");
    let mut statements = vec![
        format!("SELECT format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema()) AS found"),
        format!("SELECT format('REVOKE ALL ON %I FROM {role}', c.relname) AS found {TABLES}"),
    ];
    // Rows of a hash chain are added and never changed: there is no right that could.
    let (zoned, chained) = (has("zone_id"), format!("{} AND {}", has("previous"), has("hash")));
    statements.push(format!(
        "SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {role}', c.relname) AS found \
         {TABLES} AND {zoned} AND NOT ({chained})"
    ));
    statements.push(format!(
        "SELECT format('GRANT SELECT, INSERT ON %I TO {role}', c.relname) AS found {TABLES} AND {zoned} AND {chained}"
    ));
    for (table, rights) in ZONELESS {
        statements.push(format!(
            "SELECT format('GRANT {rights} ON %I TO {role}', c.relname) AS found {TABLES} AND c.relname = '{table}'"
        ));
    }
    for statement in statements {
        run_each(transaction, &statement).await?;
    }
    Ok(())
}

/// Refuses a role that row-level security does not hold, or that could take it away.
pub(crate) async fn role_check(database: &impl ConnectionTrait) -> Result<(), StoreError> {
    let select = format!(
        "SELECT rolname::text AS role, rolsuper AS super, rolbypassrls AS bypasses, \
         EXISTS (SELECT 1 {TABLES} AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns \
         FROM pg_roles WHERE rolname = current_user"
    );
    let row = database.query_one_raw(Statement::from_string(DbBackend::Postgres, select)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the current role".to_owned()))?;
    let excesses = [
        ("super", "is a superuser"),
        ("bypasses", "bypasses row-level security"),
        ("owns", "owns the tables"),
    ];
    for (column, may) in excesses {
        if row.try_get::<bool>("", column)? {
            return Err(StoreError::UnsafeRole { role: row.try_get("", "role")?, may });
        }
    }
    Ok(())
}

/// Refuses tables that this role may read and that row-level security does not guard.
pub(crate) async fn guard_check(database: &impl ConnectionTrait) -> Result<(), StoreError> {
    let select = format!(
        "SELECT c.relname::text AS found {TABLES} AND c.relname <> 'seaql_migrations' AND NOT {} \
         AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1",
        guarded(),
    );
    let tables = texts(database, &select, []).await?;
    if tables.is_empty() { Ok(()) } else { Err(StoreError::Unguarded { tables }) }
}

/// Refuses settings under which PostgreSQL may lose what it has acknowledged.
pub(crate) async fn durability_check(database: &impl ConnectionTrait) -> Result<(), StoreError> {
    let show = async |setting: &str| {
        let select = format!("SELECT current_setting('{setting}') AS found");
        Ok::<_, StoreError>(texts(database, &select, []).await?.pop().unwrap_or_default())
    };
    for setting in ["fsync", "full_page_writes"] {
        let found = show(setting).await?;
        if found != "on" {
            return Err(StoreError::UnsafeSetting { setting, found, needed: "on" });
        }
    }
    let (setting, found) = ("synchronous_commit", show("synchronous_commit").await?);
    let alone = show("synchronous_standby_names").await?.is_empty();
    match found.as_str() {
        "on" | "remote_apply" => Ok(()),
        // Without a standby to wait for, this is what `on` comes to.
        "local" | "remote_write" if alone => Ok(()),
        _ if alone => Err(StoreError::UnsafeSetting { setting, found, needed: "on, remote_apply or local" }),
        _ => {
            let needed = "on or remote_apply, since synchronous_standby_names asks for a standby";
            Err(StoreError::UnsafeSetting { setting, found, needed })
        }
    }
}

/// Runs each statement that a query of the catalogue answers.
async fn run_each(transaction: &impl ConnectionTrait, select: &str) -> Result<(), StoreError> {
    for statement in texts(transaction, select, []).await? {
        transaction.execute_unprepared(&statement).await?;
    }
    Ok(())
}

async fn texts<const N: usize>(
    database: &impl ConnectionTrait,
    select: &str,
    values: [Value; N],
) -> Result<Vec<String>, StoreError> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, select, values);
    let rows = database.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| row.try_get("", "found")).collect::<Result<_, _>>()?)
}
