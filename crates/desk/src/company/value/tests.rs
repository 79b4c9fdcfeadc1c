use super::*;
use crate::company_sheet;
use policy::Library;

fn field(key: &str) -> &'static Field {
    &Library::shipped().fields.fields[key]
}

#[test]
fn values_are_kept_exactly_and_read_as_what_was_written() {
    for (key, text, expected) in [
        ("cit_resident", "是", "true"),
        ("employees_year_end", "1,234", "\"1234\""),
        ("annual_sales_y1_wan", "3000000 元", "\"300\""),
        ("annual_sales_y1_wan", "0.1 万元", "\"0.1\""),
        ("annual_sales_y1_wan", "123456.789 元", "\"12.3456789\""),
        ("mfg_sales_share_list_year", "92%", "\"0.92\""),
        ("rd_to_revenue_ratio_y0", "1/3", "\"1/3\""),
        ("tax_credit_grade", "A级", "\"A\""),
        ("established_on", "2003-05-12", "\"2003-05-12\""),
        ("region_city", "3301", "\"3301\""),
        ("titles_obtained", "单项冠军、zjtx", "[\"dxgj\",\"zjtx\"]"),
        ("employees_quarters", "1~2.50；3~4", "[[\"1\",\"2.5\"],[\"3\",\"4\"]]"),
        ("employees_year_end", "（无）", "null"),
    ] {
        let value = company_sheet::read(field(key), text).unwrap();
        assert_eq!(stored(value.as_ref()), expected, "{key}: {text}");
        assert_eq!(read(field(key), expected), Some(value), "{key}: {text}");
    }
}

#[test]
fn what_the_field_does_not_hold_any_more_is_nothing() {
    for (key, kept) in [
        ("cit_resident", "\"maybe\""),
        ("tax_credit_grade", "\"E\""),
        ("employees_quarters", "[[[[[[1]]]]]]"),
        ("established_on", "\"2003-02-30\""),
        ("established_on", "{"),
    ] {
        assert_eq!(read(field(key), kept), None, "{key}: {kept}");
    }
}
