use crate::binary::{SAID, Serving, answer, refusal, run_with};
use std::io::{Read, Write};
use std::net::TcpStream;

const CODE: &str = "91330100MA0000000C";

#[test]
fn a_zone_is_set_up_and_its_people_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data", folder.path().to_str().unwrap()];
    let with = |arguments: &[&'static str]| [arguments, &data].concat();
    let add = ["zone", "add", "example", "--name", "示例经济开发区"];
    assert_eq!(answer(&with(&add)), "");
    assert!(refusal(&with(&add)).contains("zone key is taken"));
    assert!(refusal(&with(&["zone", "add", "Example", "--name", "示例"])).contains("small letters"));
    assert_eq!(answer(&with(&["zone", "list"])), "example\t示例经济开发区\n");

    let unit = ["unit", "add", "planning", "--name", "规划建设科", "--zone"];
    assert_eq!(answer(&with(&[&unit[..], &["example"]].concat())), "");
    assert!(refusal(&with(&[&unit[..], &["exmple"]].concat())).contains("there are: example"));
    let company = ["company", "add", "--zone", "example", "--name", "示例科技有限公司", "--credit-code"];
    assert_eq!(answer(&with(&[&company[..], &[CODE]].concat())), "");
    assert!(refusal(&with(&[&company[..], &[CODE]].concat())).contains("credit code is taken"));
    assert!(refusal(&with(&[&company[..], &["91330100MA0000000D"]].concat())).contains("check digit"));

    let user = ["user", "add", "--zone", "example", "--name", "王敏"];
    let clerk = [
        "--login",
        "wang",
        "--role",
        "clerk",
        "--role",
        "handler",
        "--unit",
        "planning",
        "--email",
        "w@zone.example",
    ];
    let password = answer(&with(&[&user[..], &clerk].concat()));
    assert_eq!(password.trim_end().len(), 20);
    let taken = refusal(&with(&[&user[..], &clerk].concat()));
    assert!(taken.contains("login is taken"), "{taken}");
    let li = with(
        &[&user[..], &["--login", "li", "--role", "company", "--company", CODE, "--password-stdin"]].concat(),
    );
    assert_eq!(run_with(&li, "too short\n").code, 1);
    let ran = run_with(&li, "long enough 密码\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    for (wrong, said) in [
        (
            &["--login", "x", "--role", "clark"][..],
            "there are: acceptor, accountant, adjudicator, administrator, approver, auditor, centre_head, checker, clerk, \
             co_handler, command_room, dispatcher, district, grid_worker, handler,",
        ),
        (&["--login", "x", "--role", "clerk", "--unit", "plan"], "there are: planning"),
        (&["--login", "x", "--role", "company", "--company", "91330100MA0000000D"], "no company"),
        (&["--login", "a b", "--role", "clerk"], "login `a b`"),
        (&["--login", "x", "--role", "clerk", "--email", "nobody"], "e-mail `nobody`"),
    ] {
        let err = refusal(&with(&[&user[..], wrong].concat()));
        assert!(err.contains(said), "{err}");
    }

    let desk = Serving::start(folder.path(), &[]);
    assert_eq!(sign_in(&desk, "wang", password.trim_end()), 200);
    assert_eq!(sign_in(&desk, "wang", "another password"), 401);
    assert_eq!(sign_in(&desk, "li", "long enough 密码"), 200);
    assert_eq!(sign_in(&desk, "x", "long enough 密码"), 401);
}

#[test]
fn the_first_administrator_of_an_empty_folder_is_whoever_reads_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let said = || std::fs::read_to_string(folder.path().join(SAID)).unwrap();
    let code = |said: &str| said.split("with the code ").nth(1).map(|rest| rest.trim_end().to_owned());
    let desk = Serving::start(folder.path(), &[]);
    let first = |desk: &Serving, code: &str| {
        let order = serde_json::json!({ "code": code, "zone": "example", "zoneName": "示例", "login": "first",
            "name": "王敏", "password": "long enough 密码" });
        post(desk, "/session/first", &order)
    };
    let shown = code(&said()).unwrap();
    let shown = shown.lines().next().unwrap();
    assert_eq!(shown.len(), 20, "{shown}");
    assert_eq!(first(&desk, "a guess"), 401);
    assert_eq!(first(&desk, shown), 204);
    assert_eq!(first(&desk, shown), 401);
    assert_eq!(sign_in(&desk, "first", "long enough 密码"), 200);
    desk.kill();
    let _again = Serving::start(folder.path(), &[]);
    assert_eq!(code(&said()), None, "there is somebody");
}

fn sign_in(desk: &Serving, login: &str, password: &str) -> u16 {
    post(desk, "/session", &serde_json::json!({ "zone": "example", "login": login, "password": password }))
}

/// The status of what is answered.
fn post(desk: &Serving, path: &str, body: &serde_json::Value) -> u16 {
    let body = body.to_string();
    let mut stream = TcpStream::connect(&desk.address).expect("it listens");
    let (host, length) = (&desk.address, body.len());
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
    .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

#[test]
fn an_imported_calendar_is_the_zones() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    answer(&["zone", "add", "example", "--name", "示例", "--data", data]);
    let shipped = answer(&["calendar", "show"]);
    let show = ["calendar", "show", "--zone", "example", "--data", data];
    assert_eq!(answer(&show), shipped);
    assert!(shipped.ends_with("\nyears 2004-2026\n"), "{shipped}");

    let file = folder.path().join("c.csv");
    let file = file.to_str().unwrap();
    let import = ["calendar", "import", file, "--zone", "example", "--data", data];
    std::fs::write(file, "date,kind\n2026-10-01,holiday\n2027-10-01,feast\n2027-10-01\n").unwrap();
    let err = refusal(&import);
    assert!(err.contains(&format!("{file}:3: ")) && err.contains(&format!("{file}:4: ")), "{err}");
    assert_eq!(answer(&show), shipped);
    std::fs::write(file, "date,kind\n2026-10-01,holiday\n2027-10-01,holiday\n2029-10-01,holiday\n").unwrap();
    let imported = answer(&import);
    assert!(imported.ends_with("\nyears 2026-2027, 2029\nrecomputed 0\n"), "{imported}");
    assert_eq!(answer(&import), imported);
    assert!(imported.starts_with(&answer(&show)));
}
