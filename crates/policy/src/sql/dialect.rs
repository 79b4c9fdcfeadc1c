//! Where the databases differ.
use std::fmt;

/// The SQL of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `PostgreSQL`: `numeric` computes exactly at any length.
    Postgres,
    /// `SQLite`: integers and floats only; dates are texts such as `2026-01-02`. Sums and ratios give NULL for numbers
    /// of more than six decimal places, and for those so large that 64 bits might not hold the sum.
    Sqlite,
    /// `DuckDB`: as `SQLite`; a decimal has at most 18 places.
    Duckdb,
    /// Apache Spark: as `SQLite`; a decimal has at most 12 places.
    Spark,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
            Self::Duckdb => "DuckDB",
            Self::Spark => "Spark",
        })
    }
}

impl Dialect {
    /// A name in quotes.
    pub(super) fn name(self, name: &str) -> String {
        match self {
            Self::Spark => format!("`{}`", name.replace('`', "``")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// A text in quotes.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            // A backslash escapes there.
            Self::Spark => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            // The setting that lets a backslash escape does not reach this notation.
            Self::Postgres if text.contains('\\') => {
                format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
            }
            _ => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// A date as written.
    pub(super) fn date(self, date: &str) -> String {
        if self == Self::Sqlite { format!("'{date}'") } else { format!("DATE '{date}'") }
    }

    /// The `YEAR`, `MONTH` or `DAY` of a date.
    pub(super) fn part_of_date(self, part: &str, date: &str) -> String {
        let letter = match part {
            "YEAR" => "%Y",
            "MONTH" => "%m",
            _ => "%d",
        };
        match self {
            Self::Sqlite => format!("CAST(strftime('{letter}', {date}) AS INTEGER)"),
            _ => format!("EXTRACT({part} FROM {date})"),
        }
    }

    /// Days since 1970-01-01 of a date, as an integer of 64 bits at least.
    pub(super) fn days(self, date: &str) -> String {
        match self {
            Self::Postgres => format!("CAST({date} - DATE '1970-01-01' AS NUMERIC)"),
            Self::Sqlite => format!("CAST(julianday({date}) - 2440587.5 AS INTEGER)"),
            Self::Duckdb => format!("date_diff('day', DATE '1970-01-01', {date})"),
            Self::Spark => format!("CAST(datediff({date}, DATE '1970-01-01') AS BIGINT)"),
        }
    }

    /// A column in millionths as an integer of 64 bits; NULL where it has more than six decimal places.
    pub(super) fn millionths(self, column: &str) -> String {
        let (floats, float) = match self {
            Self::Sqlite => ("'real'", "1000000.0"),
            Self::Spark => ("'double', 'float'", "1000000D"),
            Self::Postgres | Self::Duckdb => ("'DOUBLE', 'FLOAT'", "CAST(1000000 AS DOUBLE)"),
        };
        // So wide that the product has its places and its digits.
        let (whole, exact) = match self {
            Self::Sqlite => ("INTEGER", format!("{column} * 1000000")),
            Self::Spark => ("BIGINT", format!("CAST({column} AS DECIMAL(28,12)) * 1000000")),
            Self::Postgres | Self::Duckdb => {
                ("BIGINT", format!("CAST({column} AS DECIMAL(38,18)) * 1000000"))
            }
        };
        let rounded = format!("round({column} * {float})");
        // A float is the nearest to one decimal of six places only, if it is that.
        format!(
            "CASE WHEN typeof({column}) IN ({floats}) THEN \
             CASE WHEN {rounded} / {float} = {column} THEN CAST({rounded} AS {whole}) END \
             WHEN {exact} = CAST({exact} AS {whole}) THEN CAST({exact} AS {whole}) END"
        )
    }
}
