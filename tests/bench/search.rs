//! Measures searching a million cases over HTTP, beside `LIKE '%…%'` over the same rows in the same run. Writes the
//! section "Search" of docs/benchmarks.md.
mod client;
mod machine;
#[expect(dead_code, reason = "the steps of the other bench use the rest")]
mod server;

use client::Client;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use server::Server;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

const CASES: i64 = 1_000_000;
/// The slowest that 99 of 100 searches may be.
const BAR: Duration = Duration::from_millis(100);
/// How often each is asked.
const TIMES: usize = 100;
/// How often the peer is asked, which takes long.
const PEER_TIMES: usize = 3;
/// The title of the section; what stands below it in the file is written anew.
const SECTION: &str = "\n## Search\n";
const SEARCH: &str = "query ($text: String!) { search(text: $text, kinds: [CASE], first: 20) { \
    edges { node { ... on Case { id number title } } snippet { text matched } } counts { count capped } complete } }";

/// What is looked for, and by whom.
struct Question {
    what: &'static str,
    text: &'static str,
    login: &'static str,
    /// How many there are at least.
    least: i64,
}

const QUESTIONS: [Question; 8] = [
    Question { what: "a rare word", text: "翡翠鹦鹉", login: "clerk", least: 10 },
    Question { what: "a frequent word (half of all)", text: "申请", login: "clerk", least: 1000 },
    Question { what: "two frequent words that rarely meet", text: "申请 投诉", login: "clerk", least: 5 },
    Question { what: "a single character", text: "水", login: "clerk", least: 1000 },
    Question { what: "the last digits of a number", text: "654321", login: "clerk", least: 1 },
    Question { what: "pinyin initials", text: "fcyw", login: "clerk", least: 10 },
    Question {
        what: "a frequent word, by somebody of a unit",
        text: "申请",
        login: "technology",
        least: 1000,
    },
    Question { what: "a frequent word, by a company", text: "申请", login: "qiming", least: 1000 },
];

/// Words that titles are made of.
const PLACES: [&str; 10] = [
    "一号楼",
    "二号楼",
    "东区厂房",
    "西区仓库",
    "科创中心",
    "人才公寓",
    "食堂",
    "停车场",
    "变电站",
    "污水站",
];
const THINGS: [&str; 12] =
    ["路灯", "电梯", "水管", "网络", "门禁", "空调", "消防栓", "充电桩", "道路", "绿化", "班车", "会议室"];
const ENDS: [&str; 8] = ["维修", "扩容", "改造", "使用", "延期", "减免", "迁移", "检测"];

/// How long each search took, ascending, and how many it found.
struct Asked {
    took: Vec<Duration>,
    count: i64,
    peer: Duration,
}

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder beside the build");
    let data = folder.path().join("data");
    say("a demonstration with a million cases more");
    let server = Server::start(&data);
    server.mail_wait();
    server.stop();
    let file = data.join("qianxiaoer.sqlite");
    grow(&Connection::open(&file).expect("its database"));

    say("filling the index");
    let server = Server::start(&data);
    let clerk = sign_in(&server, "clerk");
    let mut client = Client::connect(&server.address);
    let begun = Instant::now();
    while ask(&mut client, &clerk, "翡翠鹦鹉")["complete"] != true {
        std::thread::sleep(Duration::from_millis(500));
    }
    let filled = begun.elapsed();

    let database = server.database();
    let asked: Vec<Asked> = QUESTIONS
        .iter()
        .map(|question| {
            say(question.what);
            measured(&server, &database, question)
        })
        .collect();
    let size = "SELECT sum(length(term) + length(docs)) / 1048576 FROM search_posting";
    let size: i64 = database.query_row(size, [], |row| row.get(0)).expect("the sets");
    server.stop();

    let section = markdown(filled, size, &asked);
    print!("{section}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
    let report = std::fs::read_to_string(&path).unwrap_or_default();
    let before = report.split(SECTION).next().unwrap_or_default();
    std::fs::write(&path, format!("{before}{section}")).expect("docs/benchmarks.md can be written");
}

/// Adds cases of the demonstration's shape, with titles and numbers of their own.
fn grow(database: &Connection) {
    let shortest = "SELECT zone_id, id FROM case_file WHERE process = 'request' AND zone_id = \
        (SELECT id FROM zone WHERE key = 'qianjiang') ORDER BY length(body) LIMIT 1";
    let (zone, pattern): (Vec<u8>, Vec<u8>) =
        database.query_row(shortest, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("a request");
    let one = |query: &str| -> Vec<u8> {
        database.query_row(query, params![zone], |row| row.get(0)).expect("a row")
    };
    let company = one("SELECT company_id FROM person WHERE zone_id = ? AND login = 'qiming'");
    let other = one("SELECT company_id FROM person WHERE zone_id = ? AND login = 'tuoye'");
    let unit = one("SELECT id FROM unit WHERE zone_id = ? AND key = 'technology'");
    let names = "SELECT group_concat(name, ', ') FROM pragma_table_info('case_file') \
        WHERE name NOT IN ('id', 'number', 'title', 'company_id')";
    let columns: String = database.query_row(names, [], |row| row.get(0)).expect("columns");
    let insert = format!(
        "INSERT INTO case_file (id, number, title, company_id, {columns}) \
         SELECT ?1, ?2, ?3, ?4, {columns} FROM case_file WHERE zone_id = ?5 AND id = ?6"
    );
    database.execute_batch("PRAGMA synchronous = OFF; BEGIN").expect("a transaction");
    let mut insert = database.prepare(&insert).expect("an insert");
    let assign = "INSERT INTO case_assignment (zone_id, case_id, role, unit_id) VALUES (?, ?, 'handler', ?)";
    let mut assign = database.prepare(assign).expect("an insert");
    for case in 0..CASES {
        let pick = |words: &[&'static str], by: i64| {
            words[usize::try_from(case / by).unwrap_or_default() % words.len()]
        };
        let kind = match case % 200_000 {
            77_777 => "申请投诉",
            rest if rest % 2 == 0 => "申请",
            rest if rest % 4 == 1 => "投诉",
            _ => "咨询",
        };
        let rare = if case % 100_000 == 50_000 { "翡翠鹦鹉" } else { "" };
        let (place, thing, end) = (pick(&PLACES, 3), pick(&THINGS, 7), pick(&ENDS, 11));
        let title = format!("{place}{thing}{rare}{end}{kind}");
        // Ids of later cases sort later, as a UUID of version 7 does.
        let mut id = [0_u8; 16];
        id[..8].copy_from_slice(&(0x0190_0000_0000_7000_i64 + (case << 16)).to_be_bytes());
        id[8..].copy_from_slice(&(case.wrapping_mul(0x5851_f42d_4c95_7f2d) | i64::MIN).to_be_bytes());
        let of = if case % 500 == 0 { &company } else { &other };
        let number = format!("QX2025{:04}-{case:06}", case / 1_000);
        insert.execute(params![id, number, title, of, zone, pattern]).expect("a case");
        if case % 20 == 0 {
            assign.execute(params![zone, id, unit]).expect("an assignment");
        }
    }
    // As after an import of rows: the index knows none of them, and is made anew.
    let index = ["search_fill", "search_document", "search_posting", "search_mark"];
    for table in index {
        database.execute(&format!("DELETE FROM {table}"), []).expect("an index emptied");
    }
    database.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)").expect("a commit");
}

fn ask(client: &mut Client, token: &str, text: &str) -> Value {
    let mut answer = client.post("/graphql", token, &json!({"query": SEARCH, "variables": {"text": text}}));
    assert!(answer["errors"].is_null(), "{text}: {answer}");
    answer["data"]["search"].take()
}

fn measured(server: &Server, database: &Connection, question: &Question) -> Asked {
    let token = sign_in(server, question.login);
    let mut client = Client::connect(&server.address);
    let mut count = 0;
    let mut took: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let begun = Instant::now();
            let found = ask(&mut client, &token, question.text);
            let took = begun.elapsed();
            count = found["counts"][0]["count"].as_i64().unwrap_or_default();
            took
        })
        .collect();
    took.sort();
    assert!(count >= question.least, "{}: {count} found", question.what);
    // The same rows by their title or number, the latest twenty and all counted; initials have no such peer.
    let like: Vec<String> = question.text.split(' ').map(|word| format!("%{word}%")).collect();
    let second = like.last().cloned().unwrap_or_default();
    let holds = "(title LIKE ?1 OR number LIKE ?1) AND (title LIKE ?2 OR number LIKE ?2)";
    let page = format!("SELECT id FROM case_file WHERE {holds} ORDER BY zone_id, id DESC LIMIT 20");
    let counted = format!("SELECT count(*) FROM (SELECT 1 FROM case_file WHERE {holds} LIMIT 1001)");
    let peer = (0..PEER_TIMES).map(|_| {
        let begun = Instant::now();
        let mut page = database.prepare(&page).expect("a query");
        let rows = page.query_map(params![like[0], second], |row| row.get::<_, Vec<u8>>(0)).expect("rows");
        let _found = rows.count();
        let _counted: i64 =
            database.query_row(&counted, params![like[0], second], |row| row.get(0)).expect("a count");
        begun.elapsed()
    });
    let peer = peer.min().unwrap_or_default();
    Asked { took, count, peer }
}

fn sign_in(server: &Server, login: &str) -> String {
    let accounts = server.accounts();
    let account = accounts.iter().find(|account| account.login == login && account.zone == "qianjiang");
    let account = account.unwrap_or_else(|| panic!("nobody in the demonstration is {login}"));
    let body = json!({"zone": account.zone, "login": account.login, "password": account.password});
    let answer = Client::connect(&server.address).post("/session", "", &body);
    answer["token"].as_str().unwrap_or_else(|| panic!("no token in {answer}")).to_owned()
}

fn markdown(filled: Duration, size: i64, asked: &[Asked]) -> String {
    let millis = |duration: Duration| format!("{:.1} ms", duration.as_secs_f64() * 1_000.0);
    let mut text = format!("{SECTION}\nWritten by `./bench search`, {}:\n\n", machine::date());
    for line in machine::description() {
        let _ = writeln!(text, "- {line}");
    }
    text +=
        "\n| looked for | found | half within | 99 of 100 within | bar | met | `LIKE` | `LIKE` ÷ half |\n";
    text += "|---|---:|---:|---:|---:|---|---:|---:|\n";
    for (question, Asked { took, count, peer }) in QUESTIONS.iter().zip(asked) {
        let within = |hundredths: usize| took[(took.len() - 1) * hundredths / 100];
        let (half, most) = (within(50), within(99));
        let met = if most <= BAR { "yes" } else { "**no**" };
        let ratio = peer.as_secs_f64() / half.as_secs_f64();
        let peer = if question.text == "fcyw" {
            ["-".into(), "-".into()]
        } else {
            [millis(*peer), format!("{ratio:.0}")]
        };
        let _ = writeln!(
            text,
            "| {} | {count} | {} | {} | ≤ {} | {met} | {} | {} |",
            question.what,
            millis(half),
            millis(most),
            millis(BAR),
            peer[0],
            peer[1]
        );
    }
    let _ = write!(
        text,
        "\n{CASES} cases on SQLite, {TIMES} searches each over HTTP, one after the other: the latest twenty with snippets, and \
         matches\ncounted up to 1,000. Filling the index while serving took {:.0} s; its sets are {size} MiB. `LIKE` is the same \
         page and\ncount by `LIKE '%…%'` on one connection without HTTP, the best of {PEER_TIMES}; it knows no initials and no rights.\n",
        filled.as_secs_f64(),
    );
    text
}

/// Says on stderr what is measured now.
fn say(what: &str) {
    eprintln!("-- {what}");
}
