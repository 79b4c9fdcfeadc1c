use super::*;

fn refused(setting: &str) -> String {
    setting.parse::<Transport>().unwrap_err().to_string()
}

#[test]
fn a_folder_is_a_transport() {
    let transport: Transport = "dir:data/mail".parse().unwrap();
    assert!(matches!(transport, Transport::Directory(path) if path == Path::new("data/mail")));
}

#[test]
fn what_is_neither_a_folder_nor_a_server_is_told_what_is_allowed() {
    for setting in
        ["", "dir:", "mail.example", "http://mail.example", "smtp://", "smtp://mail.example/path", "smtp:x"]
    {
        let error = refused(setting);
        assert!(error.contains("dir:PATH") && error.contains("smtps://"), "{setting}: {error}");
    }
    assert!(refused("smtp://mail.example?tsl=none").contains("\"tsl\"; allowed are tls and timeout"));
    assert!(
        refused("smtp://mail.example?tls=maybe")
            .contains("\"maybe\"; allowed are starttls, required and none")
    );
    assert!(refused("smtps://mail.example?tls=none").contains("only after smtp://"));
    assert!(refused("smtp://mail.example?timeout=0").contains("1 to 3600"));
    assert!(refused("smtp://desk@mail.example").contains("PASSWORD"));
}

#[test]
fn a_password_never_goes_where_anyone_can_listen_unless_asked_for() {
    let shown = |setting: &str| format!("{:?}", setting.parse::<Transport>().unwrap());
    assert!(shown("smtp://desk:secret@mail.example").contains("required"));
    assert!(shown("smtp://mail.example").contains("starttls"));
    assert!(shown("smtp://desk:secret@mail.example?tls=none").contains("none"));
    assert!(refused("smtp://desk:secret@mail.example?tls=starttls").contains("tls=required"));
}

#[test]
fn a_password_is_never_shown() {
    let good = ["smtp://desk:secret@mail.example:2525", "smtps://desk:secret@mail.example?timeout=5"];
    for setting in good {
        let shown = format!("{:?}", setting.parse::<Transport>().unwrap());
        assert!(
            shown.contains("mail.example") && !shown.contains("secret") && !shown.contains("desk"),
            "{shown}"
        );
    }
    let bad = [
        "smtp://desk:secret@mail.example/x",
        "ftp://desk:secret@mail.example",
        "smtp://desk:secret@mail.example:x",
    ];
    for setting in bad {
        let error = setting.parse::<Transport>().unwrap_err();
        assert!(!error.to_string().contains("secret") && !format!("{error:?}").contains("secret"), "{error}");
    }
}

#[test]
fn ports_are_those_of_the_protocol_unless_given() {
    let shown = |setting: &str| format!("{:?}", setting.parse::<Transport>().unwrap());
    assert!(shown("smtp://mail.example").contains("port: 25,"));
    assert!(shown("smtps://mail.example").contains("port: 465,"));
    assert!(shown("smtp://[::1]:2525").contains("host: \"::1\", port: 2525,"));
}
