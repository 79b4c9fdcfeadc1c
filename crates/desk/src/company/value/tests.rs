use super::*;
use policy::Library;

fn field(key: &str) -> &'static Field {
    &Library::shipped().fields.fields[key]
}

/// What is kept of what somebody wrote.
fn kept(key: &str, text: &str) -> Result<String, FactFlaw> {
    parse(field(key), text).map(|value| stored(Some(&value)))
}

#[test]
fn values_are_read_as_people_write_them_and_kept_exactly() {
    for (key, text, expected) in [
        ("cit_resident", "是", "true"),
        ("cit_resident", "No", "false"),
        ("employees_year_end", "1,234", "\"1234\""),
        ("employees_year_end", "310 人", "\"310\""),
        ("annual_sales_y1_wan", "3000000 元", "\"300\""),
        ("annual_sales_y1_wan", "0.1 万元", "\"0.1\""),
        ("mfg_sales_share_list_year", "92%", "\"0.92\""),
        ("tax_credit_grade", "A级", "\"A\""),
        ("established_on", "2003-05-12", "\"2003-05-12\""),
        ("titles_obtained", "单项冠军、zjtx", "[\"dxgj\",\"zjtx\"]"),
        ("employees_quarters", "[[\"1\", 2.50]]", "[[\"1\",\"2.5\"]]"),
    ] {
        assert_eq!(kept(key, text).as_deref(), Ok(expected), "{key}: {text}");
    }
}

#[test]
fn what_is_kept_reads_as_what_was_written() {
    for (key, text) in [
        ("cit_resident", "是"),
        ("annual_sales_y1_wan", "123456.789 元"),
        ("rd_to_revenue_ratio_y0", "1/3"),
        ("titles_obtained", "dxgj"),
        ("assets_quarters_wan", "[[1, 2], [3.5, 4]]"),
        ("established_on", "2003-05-12"),
        ("region_city", "3301"),
    ] {
        let value = parse(field(key), text).unwrap();
        assert_eq!(read(field(key), &stored(Some(&value))), Some(Some(value)), "{key}");
        assert_eq!(read(field(key), &stored(None)), Some(None), "{key}");
    }
}

#[test]
fn a_value_that_the_field_does_not_hold_is_refused_with_what_is_allowed() {
    for (key, text) in [
        ("cit_resident", "maybe"),
        ("employees_year_end", "12.5"),
        ("employees_year_end", "300 万元"),
        ("annual_sales_y1_wan", "30 人"),
        ("annual_sales_y1_wan", ""),
        ("tax_credit_grade", "E"),
        ("titles_obtained", "单项冠军、冠军"),
        ("established_on", "2003/05/12"),
        ("employees_quarters", "[[[[[[1]]]]]]"),
        ("employees_quarters", "{"),
        ("established_on", "2003-02-30"),
    ] {
        assert!(kept(key, text).is_err(), "{key}: {text}: {:?}", kept(key, text));
    }
    let near = kept("tax_credit_grade", "a").unwrap_err();
    assert!(matches!(near, FactFlaw::NoValue(found, Some(_)) if found == "a"));
}
