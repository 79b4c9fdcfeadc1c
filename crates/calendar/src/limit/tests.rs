use super::*;

#[test]
fn every_unit_reads_and_writes_as_the_same_text() {
    let limits = [
        ("5wd", Limit::WorkingDays(5)),
        ("12wh", Limit::WorkingHours(12)),
        ("90wm", Limit::WorkingMinutes(90)),
        ("2h", Limit::Hours(2)),
        ("30m", Limit::Minutes(30)),
        ("0wd", Limit::WorkingDays(0)),
        ("3650wd", Limit::WorkingDays(3650)),
    ];
    for (text, limit) in limits {
        assert_eq!(text.parse(), Ok(limit));
        assert_eq!(limit.to_string(), text);
        let json = format!("\"{text}\"");
        assert_eq!(serde_json::to_string(&limit).unwrap(), json);
        assert_eq!(serde_json::from_str::<Limit>(&json).unwrap(), limit);
    }
}

#[test]
fn what_is_no_number_with_a_unit_is_refused_with_the_units_there_are() {
    for text in ["", "5", "wd", "5 wd", "-5wd", "+5wd", "5.5wd", "5WD", "5d", "5wd ", "五wd", "١wd", "h"] {
        let mistake = text.parse::<Limit>().unwrap_err();
        assert_eq!(mistake, LimitMistake::Shape(text.to_owned()));
        assert!(mistake.to_string().contains("`90wm`"), "{mistake}");
    }
}

#[test]
fn more_than_ten_years_is_refused_with_the_most_there_may_be() {
    for (text, most) in [
        ("3651wd", "3650wd"),
        ("87601wh", "87600wh"),
        ("4294967295wd", "3650wd"),
        ("99999999999999999999999h", "87600h"),
        ("5256001wm", "5256000wm"),
        ("5256001m", "5256000m"),
    ] {
        let message = text.parse::<Limit>().unwrap_err().to_string();
        assert_eq!(message, format!("`{text}` is too long: at most `{most}`"));
        assert!(most.parse::<Limit>().is_ok());
    }
}

#[test]
fn only_working_days_may_be_zero() {
    for text in ["0wh", "0wm", "0h", "00m"] {
        assert_eq!(text.parse::<Limit>(), Err(LimitMistake::Zero(text.to_owned())));
    }
    assert!(serde_json::from_str::<Limit>("\"0h\"").unwrap_err().to_string().contains("1 or more"));
}
