//! What lies in `deploy/` is what the program knows and what the programs beside it understand; nginx serves it, and its
//! runbook is followed line by line. Its README says what nothing here runs.
use crate::postgres::{APP, Urls};
use crate::processes::ready;
use crate::server::{Server, binary, free_address};
use crate::workspace::{read, root};
use crate::zones::attach;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const HOST: &str = "desk.example.org";
/// A clock that stands still, so that nothing comes due between a backup and a look at it.
const CLOCK: [&str; 2] = ["--clock", "2026-03-02T09:00:00+08:00"];

/// What a program says that must succeed.
fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output();
    let Output { status, stdout, stderr } = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let [stdout, stderr] = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(status.success(), "{command:?}: {stdout}{stderr}");
    stdout
}

/// A program of the tests' own Python.
fn of_python(program: &str, arguments: &[&str]) -> String {
    let program = root().join(".venv/bin").join(program);
    assert!(program.is_file(), "{} is missing: run ./test, which brings it", program.display());
    said(Command::new(program).args(arguments).current_dir(root().join("deploy")))
}

#[test]
fn every_manifest_is_what_its_schema_allows() {
    of_python("check-jsonschema", &["--builtin-schema", "vendor.compose-spec", "compose.yaml"]);
    of_python("kubernetes-validate", &["--strict", "--kubernetes-version", "1.31", "kubernetes.yaml"]);
    of_python("hadolint", &["--failure-threshold", "info", "Dockerfile"]);
}

#[test]
fn systemd_understands_the_unit() {
    let folder = TempDir::new().expect("a folder");
    let unit = folder.path().join("qianxiaoer.service");
    let text = read("deploy/qianxiaoer.service");
    let installed = text.replace("/usr/local/bin/qianxiaoer", &binary().display().to_string());
    assert_ne!(text, installed, "the unit starts the installed binary");
    std::fs::write(&unit, installed).expect("a file");
    let mut verify = Command::new("systemd-analyze");
    said(verify.args(["verify", "--man=no", "--recursive-errors=one"]).arg(unit));
}

/// Words of a text that begin like this one.
fn words<'a>(text: &'a str, beginning: &str) -> BTreeSet<&'a str> {
    let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    text.split(|character| !word(character)).filter(|word| word.starts_with(beginning)).collect()
}

#[test]
fn every_variable_that_is_named_is_one_of_the_program() {
    let help = |command: &str| said(Command::new(binary()).args([command, "--help"]));
    let known = ["serve", "migrate"].map(help).concat();
    let known = words(&known, "QXE_");
    let files = ["README.md", "Dockerfile", "compose.yaml", "kubernetes.yaml", "qianxiaoer.service"];
    for file in files {
        let text = read(Path::new("deploy").join(file));
        let named = words(&text, "QXE_");
        assert!(!named.is_empty(), "{file} names settings");
        let unknown: Vec<_> = named.difference(&known).filter(|name| **name != "QXE_").collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}, there are {known:?}");
    }
}

#[test]
fn every_metric_of_the_dashboard_is_told_by_the_program() {
    let server = Server::start(&[]);
    server.sign_in(&server.account("clerk").login.clone());
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "--noproxy", "*"]);
    let told = said(curl.arg(format!("{}/metrics", server.metrics_url)));
    let families: BTreeSet<&str> =
        told.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let dashboard: Value = serde_json::from_str(&read("deploy/grafana.json")).expect("the dashboard is JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut shown = BTreeSet::new();
    for target in panels.iter().flat_map(|panel| panel["targets"].as_array().expect("targets")) {
        let expression = target["expr"].as_str().expect("an expression");
        let family =
            families.iter().filter(|family| expression.contains(**family)).max_by_key(|name| name.len());
        shown.insert(*family.unwrap_or_else(|| panic!("{expression}: there are {families:?}")));
    }
    assert_eq!(shown, families, "the dashboard shows every metric");
}

/// An nginx with the configuration of `deploy/proxy` in front of a desk. It ends with this.
struct Proxy {
    child: Child,
    /// Its configuration, certificate and log.
    folder: TempDir,
    secure: String,
    plain: String,
}

impl Proxy {
    fn start() -> (Self, Server) {
        let (folder, plain, secure) = (TempDir::new().expect("a folder"), free_address(), free_address());
        let at = |name: &str| folder.path().join(name).display().to_string();
        let port = secure.rsplit(':').next().expect("a port");
        let server =
            Server::start(&["--public-url", &format!("https://{HOST}:{port}"), "--proxy", "127.0.0.0/30"]);
        let mut certificate = Command::new("openssl");
        certificate.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
        certificate.args(["-days", "2", "-subj", &format!("/CN={HOST}")]);
        certificate.args(["-addext", &format!("subjectAltName=DNS:{HOST}")]);
        said(certificate.args(["-keyout", &at("key.pem"), "-out", &at("chain.pem")]));

        let desk = server.url.trim_start_matches("http://");
        let mut text = read("deploy/proxy/nginx.conf");
        for (theirs, ours) in [
            ("server 127.0.0.1:8080;", format!("server {desk};")),
            ("listen 80;", format!("listen {plain};")),
            ("listen 443 ssl", format!("listen {secure} ssl")),
            ("/etc/ssl/qianxiaoer/fullchain.pem", at("chain.pem")),
            ("/etc/ssl/qianxiaoer/privkey.pem", at("key.pem")),
        ] {
            assert!(text.contains(theirs), "{theirs}");
            text = text.replace(theirs, &ours);
        }
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};", at(kind)))
            .join(" ");
        let whole = format!(
            "daemon off; pid {}; error_log {}; events {{}} http {{ access_log off; {folders} {text} }}",
            at("pid"),
            at("error.log")
        );
        std::fs::write(at("nginx.conf"), whole).expect("a file");
        let nginx = || {
            let mut nginx = Command::new("nginx");
            nginx.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").args([
                "-e",
                &at("error.log"),
                "-c",
                &at("nginx.conf"),
            ]);
            nginx
        };
        said(nginx().arg("-t"));
        let child = nginx().stdin(Stdio::null()).spawn().expect("nginx is installed");
        (Self { child, folder, secure, plain }, server)
    }

    /// Asks for a path over TLS, as a browser on the desk's own pages does, and answers status and body.
    fn ask(&self, path: &str, arguments: &[&str]) -> (String, String) {
        let port = self.secure.rsplit(':').next().expect("a port");
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--noproxy",
            "*",
            "--retry-connrefused",
            "--retry",
            "20",
            "--retry-delay",
            "1",
        ]);
        curl.arg("--cacert").arg(self.folder.path().join("chain.pem"));
        curl.args(["--resolve", &format!("{HOST}:{port}:127.0.0.1"), "--write-out", "\n%{http_code}"]);
        curl.args(["--header", &format!("origin: https://{HOST}:{port}")]).args(arguments);
        let said = said(curl.arg(format!("https://{HOST}:{port}{path}")));
        let (body, status) = said.rsplit_once('\n').expect("a status");
        (status.to_owned(), body.to_owned())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Told to stop and not killed, so that it takes its workers with it.
        let mut stop = Command::new("kill");
        let _ = stop.arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

#[test]
fn nginx_serves_the_desk_over_tls_and_lets_files_through_and_nothing_else_large() {
    let (proxy, server) = Proxy::start();
    let clerk = server.account("clerk");
    let json = ["--header", "content-type: application/json", "--data"];
    let jar = proxy.folder.path().join("cookies").display().to_string();
    let keep = ["--cookie-jar", &jar, "--cookie", &jar];
    let credentials = json!({"zone": clerk.zone, "login": clerk.login, "password": clerk.password});
    let (status, body) = proxy.ask("/session", &[&json[..], &[&credentials.to_string()], &keep].concat());
    assert_eq!(status, "200", "{body}");
    let asked = r#"{"query": "{ me { roles } }"}"#;
    let (status, body) = proxy.ask("/graphql", &[&json[..], &[asked], &keep].concat());
    assert!(status == "200" && body.contains("clerk"), "a cookie bound to https comes back: {status} {body}");
    let elsewhere = ["--interface", "127.0.0.7", "--header", "x-forwarded-for: 203.0.113.9"];
    let (status, _) = proxy.ask("/session", &[&json[..], &[&credentials.to_string()], &elsewhere].concat());
    assert_eq!(status, "200");
    let sessions = r#"{"query": "{ me { sessions { address } } }"}"#;
    let (_, body) = proxy.ask("/graphql", &[&json[..], &[sessions], &keep].concat());
    assert!(body.contains("127.0.0.7") && !body.contains("203.0.113.9"), "as nginx saw it: {body}");
    let another = ["--header", "origin: https://elsewhere.example"];
    let (status, _) = proxy.ask("/graphql", &[&json[..], &[asked], &keep, &another].concat());
    assert_eq!(status, "403", "pages of other hosts are refused");

    let send = |path: &str, bytes: u64| {
        let file = proxy.folder.path().join("file");
        std::fs::File::create(&file).and_then(|file| file.set_len(bytes)).expect("a file");
        let file = format!("@{}", file.display());
        proxy.ask(path, &["--request", "PUT", "--header", "expect:", "--data-binary", &file]).0
    };
    assert_eq!(send("/graphql", 2 << 20), "413");
    for (path, fits) in [("/attachments/nobodys", 20), ("/imports/nobodys", 16)] {
        assert_eq!(send(path, 22 << 20), "413", "{path}");
        assert_eq!(send(path, fits << 20), "404", "the desk itself answers {path}");
    }

    assert_eq!(proxy.ask("/metrics", &[]).0, "404", "metrics are on no public address");
    let mut plain = Command::new("curl");
    plain.args([
        "--silent",
        "--noproxy",
        "*",
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_code} %{redirect_url}",
    ]);
    let redirected =
        said(plain.args(["--header", &format!("host: {HOST}")]).arg(format!("http://{}/a", proxy.plain)));
    assert_eq!(redirected, format!("301 https://{HOST}/a"));
}

/// The lines of the runbook for a kind of database.
fn runbook(kind: &str) -> String {
    let text = read("deploy/README.md");
    let mark = format!("<!-- tested: {kind} -->\n```sh\n");
    let blocks = text.split(&mark).skip(1);
    let lines: Vec<&str> = blocks.filter_map(|block| Some(block.split_once("```\n")?.0)).collect();
    assert_eq!(lines.len(), 2, "to back up, and back again");
    lines.concat()
}

/// Puts a file on a case, and follows the runbook with these variables set, beside a running desk. Answers the folder that
/// was restored and what was said.
fn follow(kind: &str, server: &Server, variables: &[(&str, &str)]) -> (TempDir, String) {
    attach(server);
    let [restored, beside] = [(); 2].map(|()| TempDir::new().expect("a folder"));
    let programs = beside.path().join("bin");
    std::fs::create_dir(&programs).expect("a folder");
    std::os::unix::fs::symlink(binary(), programs.join("qianxiaoer")).expect("a link");
    let mut path = programs.into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").expect("a path to look for programs"));
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &runbook(kind)]).env("PATH", path);
    shell.env("DATA", server.dir.path()).env("BACKUPS", beside.path()).env("RESTORED", restored.path());
    let said = said(shell.envs(variables.iter().copied()));
    // The passwords of the demonstration, which no backup holds.
    let accounts = "demo-accounts.json";
    std::fs::copy(server.dir.path().join(accounts), restored.path().join(accounts)).expect("a copy");
    (restored, said)
}

/// Cases and their histories, as a clerk sees them.
fn seen(server: &Server) -> Value {
    let token = server.sign_in(&server.account("clerk").login.clone());
    let query = "{ cases(first: 50) { totalCount nodes { number title timeline(first: 50) { nodes { at title } } } } }";
    let mut answer = server.graphql(&token, query, &Value::Null);
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"].take()
}

#[test]
fn a_desk_on_sqlite_is_backed_up_and_restored_as_the_runbook_says() {
    let server = Server::start(&CLOCK);
    let (restored, said) = follow("sqlite", &server, &[]);
    assert!(said.contains("1 contents"), "{said}");
    assert_eq!(seen(&Server::on(restored, &CLOCK)), seen(&server));
}

#[test]
fn a_desk_on_postgresql_is_backed_up_and_restored_as_the_runbook_says() {
    let urls = ready();
    let server = Server::start(&[&CLOCK[..], &["--database-url", &urls.app]].concat());
    let Urls { superuser, owner, app } = crate::postgres::Postgres::shared().database();
    let variables = [
        ("SUPERUSER_URL", urls.superuser.as_str()),
        ("RESTORED_SUPERUSER_URL", &superuser),
        ("RESTORED_OWNER_URL", &owner),
        ("RESTORED_APP_URL", &app),
        ("APP_ROLE", APP),
    ];
    let (restored, said) = follow("postgresql", &server, &variables);
    assert!(said.contains("1 contents"), "{said}");
    assert_eq!(seen(&Server::on(restored, &[&CLOCK[..], &["--database-url", &app]].concat())), seen(&server));
}
