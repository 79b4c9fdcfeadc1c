//! Companies, conditions, and what the evaluator says of them.
use condition::{Condition, Dictionary, Hit, Number, Row, Rules, Table, Truth, Type, Value};
use policy::sql::{self, Dialect};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// Reads a script on stdin, a statement a line, and prints what each query gives, for `duckdb` or `spark`.
pub(crate) const PYTHON: &str = r"
import sys
if sys.argv[1] == 'duckdb':
    import duckdb
    run = lambda statement: duckdb.sql(statement).fetchall() if statement.startswith('SELECT') else duckdb.sql(statement)
else:
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.master('local[1]').config('spark.sql.shuffle.partitions', 1).config('spark.ui.enabled', False).getOrCreate()
    run = lambda statement: spark.sql(statement).collect() if statement.startswith('SELECT') else spark.sql(statement)
for line in sys.stdin:
    statement = line.strip().rstrip(';')
    rows = run(statement)
    if statement.startswith('SELECT'):
        print('\n'.join('' if row[0] is None else str(row[0]) for row in rows))
";

const ROWS: usize = 240;
const NUMBERS: [&str; 5] = ["staff", "revenue", "spend", "ratio", "share"];
const TRUTHS: [&str; 2] = ["listed", "small"];
const DATES: [&str; 2] = ["founded", "closed"];
const TEXTS: [&str; 3] = ["kind", "region", "class"];

const CLAIMS: [&str; 51] = [
    "years_between(founded, closed) >= 1 年",
    "months_between(founded, closed) < 12 个月",
    "months_between(founded, @\"2025-02-28\") = 12 个月",
    "years_between(@\"2024-02-29\", closed) != 0 年",
    "staff <= 300 人",
    "staff < 20",
    "staff != 20",
    "staff * 3 > 60 人",
    "revenue between 300 万元 and 0.5 亿元",
    "revenue > 12345678.9 元",
    "ratio >= 5%",
    "ratio = 0.1",
    "ratio > 1/3",
    "ratio * 3 = 0.3",
    "share >= 5%",
    "spend / revenue >= 5%",
    "spend / revenue < 0.333",
    "revenue / (spend - revenue) > -1.5",
    "spend / ratio >= 1 万元",
    "revenue + spend >= 5000.05 万元",
    "mean(revenue, spend) < 2500 万元",
    "revenue - spend != 0 元",
    "-spend in [-20 万元..0 元)",
    "spend not in (1 万元, 250 万元, 0 元)",
    "(revenue - spend) / revenue > 0.07",
    "listed",
    "small",
    "not(small) and listed = false",
    "listed is present",
    "staff is absent",
    "small != true",
    "founded >= @\"2024-02-29\"",
    "closed != @\"2025-01-01\"",
    "days_between(founded, closed) >= 365",
    "days_between(founded, @\"2025-01-01\") < 366",
    "founded between @\"2020-01-01\" and closed",
    "kind = \"a'b\"",
    "kind != \"c\\\\d\"",
    "kind in (\"a'b\", \"杭州\")",
    "kind not in (\"a'b\", \"杭州\")",
    "starts_with(region, \"杭\")",
    "substring(region, 2, 1) = \"州\"",
    "substring(kind, 2) != \"\"",
    "region = kind",
    "class = \"micro\"",
    "size = \"small\"",
    "size in (\"micro\", \"large\")",
    "band >= 3",
    "if staff > 20 then ratio >= 5% else listed",
    "(if listed then ratio else 0.2) >= 0.1",
    "1 / 0 > 3",
];

pub(crate) struct Work {
    dialect: Dialect,
    companies: Vec<BTreeMap<Arc<str>, Option<Value>>>,
    texts: Vec<String>,
    conditions: Vec<Condition>,
    dictionary: Dictionary,
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end).expect("a short list")).expect("within the list")
    }

    fn one_of(&mut self, of: &[&str]) -> String {
        of[self.below(of.len())].to_owned()
    }
}

fn dictionary() -> Dictionary {
    let units = Dictionary::new().with_common_units();
    let unit = |name: &str| Type::Amount(units.unit(name).expect("a common unit").clone());
    let mut dictionary = units.clone();
    for (key, kind) in [
        ("staff", unit("人")),
        ("revenue", unit("万元")),
        ("spend", unit("万元")),
        ("ratio", Type::Number),
        ("share", Type::Number),
        ("listed", Type::Truth),
        ("small", Type::Truth),
        ("founded", Type::Date),
        ("closed", Type::Date),
        ("kind", Type::Text),
        ("region", Type::Text),
        ("class", Type::Text),
        ("awards", Type::List(Box::new(Type::Text))),
    ] {
        dictionary.insert(key, kind);
    }
    let mut rules = Rules::default();
    for (key, text) in [
        ("share", "spend / revenue"),
        ("small", "staff < 300 and revenue < 5000"),
        ("class", "if staff < 20 then \"micro\" else \"large\""),
    ] {
        rules.derived.insert(key.into(), text.into());
    }
    let row = |when: Option<&str>, then: &str| Row { when: when.map(str::to_owned), then: then.into() };
    let table = |rows| Table { label: None, hit: Hit::First, cap: None, rows };
    let sized =
        vec![row(Some("staff < 20"), "\"micro\""), row(Some("small"), "\"small\""), row(None, "\"large\"")];
    rules.tables.insert("size".into(), table(sized));
    let band =
        vec![row(Some("revenue >= 1000"), "3"), row(Some("listed"), "5"), row(Some("staff > 5"), "ratio")];
    rules.tables.insert("band".into(), table(band));
    dictionary.with_rules(&rules).expect("the rules read")
}

fn company(dice: &mut Dice) -> BTreeMap<Arc<str>, Option<Value>> {
    let mut facts = BTreeMap::new();
    let keys = NUMBERS.into_iter().chain(TRUTHS).chain(DATES).chain(TEXTS);
    for key in keys {
        let value = match dice.below(10) {
            0 => continue,
            1 => None,
            _ => Some(value(dice, key)),
        };
        facts.insert(key.into(), value);
    }
    facts
}

fn value(dice: &mut Dice, key: &str) -> Value {
    let number = |text: String| Value::Number(Number::parse(&text).expect("a number"));
    match key {
        "staff" => number(dice.one_of(&["0", "5", "19", "20", "21", "299", "300", "301", "4000000000"])),
        "ratio" => number(
            dice.one_of(&["0", "0.05", "0.049999", "0.050001", "0.1", "0.333333", "0.333334", "-1", "0.07"]),
        ),
        "share" => number(dice.one_of(&["0.05", "0.049999", "0.9"])),
        "revenue" | "spend" => number(dice.one_of(&[
            "0",
            "1",
            "250",
            "300",
            "299.9999",
            "5000",
            "4999.999999",
            "5000.05",
            "1234.56789",
            "-20",
            "15",
            "0.07",
            "8999999",
        ])),
        "listed" | "small" => Value::Truth(dice.below(2) == 1),
        "founded" | "closed" => {
            let date = dice.one_of(&[
                "2020-01-01",
                "2024-02-28",
                "2024-02-29",
                "2025-01-01",
                "2025-02-28",
                "1969-12-31",
            ]);
            Value::Date(date.parse().expect("a date"))
        }
        _ => dice.one_of(&["a'b", "c\\d", "杭州", "杭", "", "micro", "small", "large"]).as_str().into(),
    }
}

impl Work {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let mut dice = Dice(5);
        let mut texts: Vec<String> = CLAIMS.map(str::to_owned).to_vec();
        for _ in 0..40 {
            let [a, b, c] = [(); 3].map(|()| dice.one_of(&CLAIMS));
            texts.push(match dice.below(5) {
                0 => format!("({a}) and ({b}) and not({c})"),
                1 => format!("({a}) or ({b}) or not({c})"),
                2 => format!("at least 2 of ({a}, {b}, {c})"),
                3 => format!("not(at least 1 of ({a}, {b}) and ({c}))"),
                _ => format!("if ({a}) then ({b}) else ({c})"),
            });
        }
        let dictionary = dictionary();
        let parse = |text: &String| {
            Condition::parse(text, &dictionary).unwrap_or_else(|wrong| panic!("{text}: {wrong}"))
        };
        let conditions = texts.iter().map(parse).collect();
        let companies = (0..ROWS).map(|_| company(&mut dice)).collect();
        Self { dialect, companies, texts, conditions, dictionary }
    }

    /// Every statement, each on a line.
    pub(crate) fn script(&self) -> String {
        self.table() + &self.queries().map(|query| query + ";\n").collect::<String>()
    }

    /// The statements that make a table of the companies.
    pub(crate) fn table(&self) -> String {
        let [number, float, truth, date, text] = match self.dialect {
            Dialect::Postgres => ["NUMERIC", "DOUBLE PRECISION", "BOOLEAN", "DATE", "TEXT"],
            Dialect::Sqlite => ["NUMERIC", "REAL", "BOOLEAN", "TEXT", "TEXT"],
            Dialect::Duckdb => ["DECIMAL(18,6)", "DOUBLE", "BOOLEAN", "DATE", "VARCHAR"],
            Dialect::Spark => ["DECIMAL(18,6)", "DOUBLE", "BOOLEAN", "DATE", "STRING"],
        };
        let kinds = |key: &str| match key {
            "ratio" => float,
            "staff" if self.dialect != Dialect::Sqlite => "BIGINT",
            _ if NUMBERS.contains(&key) => number,
            _ if TRUTHS.contains(&key) => truth,
            _ if DATES.contains(&key) => date,
            _ => text,
        };
        let keys: Vec<&str> = NUMBERS.into_iter().chain(TRUTHS).chain(DATES).chain(TEXTS).collect();
        let columns = keys.iter().map(|key| format!("{key} {}, {key}_absent BOOLEAN", kinds(key)));
        let columns = columns.collect::<Vec<_>>().join(", ");
        let using = if self.dialect == Dialect::Spark { " USING parquet" } else { "" };
        let mut table = format!("CREATE TABLE companies (row_number INTEGER, {columns}){using};\n");
        let rows = self.companies.iter().enumerate().map(|(row, facts)| {
            let cells = keys.iter().map(|key| match facts.get(*key) {
                None => "NULL, NULL".to_owned(),
                Some(None) => "NULL, TRUE".to_owned(),
                Some(Some(value)) => format!("{}, FALSE", self.literal(value)),
            });
            format!("({row}, {})", cells.collect::<Vec<_>>().join(", "))
        });
        let _ = writeln!(table, "INSERT INTO companies VALUES {};", rows.collect::<Vec<_>>().join(", "));
        table
    }

    fn literal(&self, value: &Value) -> String {
        match value {
            Value::Date(date) if self.dialect == Dialect::Sqlite => format!("'{date}'"),
            Value::Date(date) => format!("DATE '{date}'"),
            Value::Text(text) if self.dialect == Dialect::Spark => {
                format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
            }
            Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
            other => other.to_string(),
        }
    }

    /// A query for each condition, which gives 1, 0 or nothing for each company.
    pub(crate) fn queries(&self) -> impl Iterator<Item = String> {
        self.conditions.iter().map(|condition| {
            let said = sql::expression(condition, &self.dictionary, self.dialect);
            let said = said.unwrap_or_else(|refusal| panic!("{refusal}"));
            format!("SELECT CAST({said} AS INTEGER) FROM companies ORDER BY row_number")
        })
    }

    /// Compares what a database said of every condition and every company.
    pub(crate) fn compare(&self, found: &[Option<bool>]) {
        assert_eq!(found.len(), self.texts.len() * ROWS);
        let mut seen = BTreeMap::new();
        for ((text, condition), found) in self.texts.iter().zip(&self.conditions).zip(found.chunks(ROWS)) {
            for (facts, found) in self.companies.iter().zip(found) {
                let expected = match condition.truth(facts) {
                    Truth::Yes => Some(true),
                    Truth::No => Some(false),
                    Truth::Unknown => None,
                };
                let said =
                    || sql::expression(condition, &self.dictionary, self.dialect).expect("it was said");
                assert_eq!(*found, expected, "{text} of {facts:?}\n{}", said());
                *seen.entry(expected).or_insert(0) += 1;
            }
        }
        assert!(seen.values().all(|count| *count > 1_000), "each verdict is seen often: {seen:?}");
    }
}

/// The answers that a program printed.
pub(crate) fn lines(text: &str) -> Vec<Option<bool>> {
    let truth = |line: &str| match line {
        "1" => Some(true),
        "0" => Some(false),
        "" => None,
        other => panic!("expected 1, 0 or nothing, found {other}"),
    };
    text.lines().map(truth).collect()
}
