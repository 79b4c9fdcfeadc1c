//! Cases by hand from the algorithm of SCXML (appendix D). The whole suite of the W3C runs in the workspace's tests.
mod chart_text;
mod moments;

use super::{Chart, Configuration, Halt, Kind, Transition};
use chart_text::Run;

#[test]
fn entering_goes_from_the_outside_in_and_leaving_from_the_inside_out() {
    let mut run = Run::new(
        "
        a
          b
            c
            on e -> z
        z
          y
        ",
        &[],
    );
    assert_eq!(run.active(), "c");
    assert_eq!(run.log(), "+a +b +c");
    run.send("e");
    assert_eq!(run.active(), "y");
    assert_eq!(run.log(), "-c -b -a [e] +z +y");
}

#[test]
fn a_compound_state_begins_where_its_initial_leads_with_its_content_between_the_entries() {
    let run = Run::new(
        "
        a
          initial d
          b
          c
            d
        ",
        &[],
    );
    assert_eq!(run.active(), "d");
    assert_eq!(run.log(), "+a into:d +c +d");
}

#[test]
fn the_first_state_is_never_a_history_state() {
    let run = Run::new(
        "
        a
          h history
          b
        ",
        &[],
    );
    assert_eq!(run.active(), "b");
}

#[test]
fn the_content_of_the_way_into_the_chart_runs_before_the_first_entry() {
    struct Log(Vec<usize>);
    impl super::Host for Log {
        fn holds(&mut self, _: super::GuardId) -> bool {
            true
        }
        fn run(&mut self, block: super::BlockId) -> Vec<crate::Key> {
            self.0.push(block.0);
            vec![]
        }
    }
    let mut chart = Chart::default();
    let only = chart.add("only".into(), Kind::Atomic, None).unwrap();
    chart.state_mut(only).entry = Some(super::BlockId(2));
    chart.set_initial(Transition { block: Some(super::BlockId(1)), ..Transition::into(vec![only]) });
    let mut host = Log(vec![]);
    super::start(&chart, &mut host).unwrap();
    assert_eq!(host.0, [1, 2]);
}

#[test]
fn the_innermost_transition_wins_over_one_further_out() {
    let text = "
        a
          on e -> z
          b
            on e -> c if inner
          c
        z
        ";
    assert_eq!(Run::new(text, &["inner"]).send("e").active(), "c");
    assert_eq!(Run::new(text, &[]).send("e").active(), "z");
}

#[test]
fn of_several_transitions_the_first_in_the_document_wins() {
    let text = "
        a
          on e -> b if first
          on e -> c
        b
        c
        ";
    assert_eq!(Run::new(text, &["first"]).send("e").active(), "b");
    assert_eq!(Run::new(text, &[]).send("e").active(), "c");
}

#[test]
fn an_event_that_nothing_hears_changes_nothing() {
    let mut run = Run::new("a\n  on e -> b\nb", &[]);
    run.send("f");
    assert_eq!((run.active(), run.log()), ("a".into(), String::new()));
}

#[test]
fn descriptors_match_whole_tokens_from_the_start() {
    let hears = |descriptor: &str, event: &str| {
        Transition { events: vec![descriptor.into()], ..Transition::into(vec![]) }.hears(event)
    };
    assert!(hears("error", "error") && hears("error", "error.send") && hears("error.*", "error.send.failed"));
    assert!(hears("error.", "error.send") && hears("*", "anything"));
    assert!(
        !hears("error", "errors") && !hears("error.send", "error") && !hears("error.send", "error.sending")
    );
}

#[test]
fn a_targetless_transition_leaves_nothing() {
    let mut run = Run::new("a\n  on e\n  b", &[]);
    run.send("e");
    assert_eq!((run.active(), run.log()), ("b".into(), "[e]".into()));
}

#[test]
fn a_transition_to_itself_leaves_and_enters() {
    let mut run = Run::new("a\n  on e -> a\n  b", &[]);
    run.send("e");
    assert_eq!(run.log(), "-b -a [e] +a +b");
}

#[test]
fn an_internal_transition_leaves_only_what_lies_within_its_source() {
    let mut run = Run::new(
        "
        a
          on in -> c internal
          on out -> c
          b
          c
        ",
        &[],
    );
    run.send("in");
    assert_eq!(run.log(), "-b [in] +c");
    run.send("out");
    assert_eq!(run.log(), "-c -a [out] +a +c");
}

#[test]
fn an_internal_transition_of_a_parallel_state_is_external() {
    let mut run = Run::new(
        "
        p parallel
          on e -> b internal
          a
          b
        ",
        &[],
    );
    run.send("e");
    assert_eq!(run.log(), "-b -a -p [e] +p +a +b");
}

#[test]
fn eventless_transitions_run_before_events_that_were_raised() {
    let mut run = Run::new(
        "
        a
          on e -> b raise r
        b
          on - -> c
          on r -> wrong
        c
          on r -> d
        d
        wrong
        ",
        &[],
    );
    run.send("e");
    assert_eq!(run.active(), "d");
    assert_eq!(run.log(), "-a [e] +b -b [-] +c -c [r] +d");
}

#[test]
fn raised_events_are_heard_in_the_order_they_were_raised() {
    let mut run = Run::new(
        "
        a
          on e -> b raise one two
        b
          entry raise three
          on three
          on two
          on one
        ",
        &[],
    );
    run.send("e");
    assert_eq!(run.log(), "-a [e] +b [one] [two] [three]");
}

#[test]
fn a_final_child_raises_done_for_its_parent() {
    let mut run = Run::new(
        "
        a
          on done.state.a -> z
          b
            on e -> f
          f final
        z
        ",
        &[],
    );
    run.send("e");
    assert_eq!(run.active(), "z");
    assert_eq!(run.log(), "-b [e] +f -f -a [done.state.a] +z");
}

#[test]
fn a_parallel_state_is_done_when_all_its_regions_are() {
    let text = "
        p parallel
          on done.state.p -> z
          r
            a
              on one -> b
            b final
          s
            c
              on two -> d
            d final
        z
        ";
    let mut run = Run::new(text, &[]);
    assert_eq!(run.active(), "a c");
    assert_eq!(run.send("one").active(), "b c");
    assert_eq!(run.send("two").active(), "z");
}

#[test]
fn a_parallel_state_that_is_a_region_ends_with_its_regions_and_may_end_the_one_around_it() {
    let mut run = Run::new(
        "
        outer parallel
          on done.state.outer -> over
          inner parallel
            r
              a
                on one -> b
              b final
            s
              c
                on two -> d
              d final
          t
            e
              on three -> f
            f final
        over
        ",
        &[],
    );
    assert_eq!(run.send("three").active(), "a c f");
    assert_eq!(run.send("one").active(), "b c f");
    assert_eq!(run.send("two").active(), "over");
}

#[test]
fn regions_move_side_by_side_in_document_order() {
    let mut run = Run::new(
        "
        p parallel
          r
            a
              on e -> b
            b
          s
            c
              on e -> d
            d
        ",
        &[],
    );
    run.send("e");
    assert_eq!(run.active(), "b d");
    // All exits in reverse document order, then all content, then all entries in document order.
    assert_eq!(run.log(), "-c -a [e] [e] +b +d");
}

#[test]
fn a_transition_out_of_one_region_preempts_a_later_one_within_another() {
    let text = "
        p parallel
          r
            a
              on e -> z if leave
          s
            c
              on e -> d
            d
        z
        ";
    assert_eq!(Run::new(text, &["leave"]).send("e").active(), "z");
    assert_eq!(Run::new(text, &[]).send("e").active(), "a d");
}

#[test]
fn of_two_regions_that_want_out_the_first_in_the_document_does() {
    let text = "
        p parallel
          r
            a
              on e -> y
          s
            c
              on e -> z
        y
        z
        ";
    assert_eq!(Run::new(text, &[]).send("e").active(), "y");
}

#[test]
fn a_transition_further_in_replaces_one_of_a_state_around_it_that_an_earlier_region_chose() {
    // Region r finds nothing of its own and takes p's; region s has its own, further in.
    let text = "
        p parallel
          on e -> z
          r
            a
          s
            c
              on e -> d
            d
        z
        ";
    assert_eq!(Run::new(text, &[]).send("e").active(), "a d");
}

#[test]
fn a_target_within_one_region_enters_the_others_by_default() {
    let mut run = Run::new(
        "
        out
          on e -> b
        p parallel
          r
            a
            b
          s
            c
        ",
        &[],
    );
    run.send("e");
    assert_eq!(run.active(), "b c");
    assert_eq!(run.log(), "-out [e] +p +r +b +s +c");
}

#[test]
fn targets_in_several_regions_are_entered_and_nothing_else_of_those_regions() {
    let mut run = Run::new(
        "
        out
          on e -> b d
        p parallel
          r
            a
            b
          s
            c
            d
          t
            f
        ",
        &[],
    );
    run.send("e");
    assert_eq!(run.active(), "b d f");
    assert_eq!(run.log(), "-out [e] +p +r +b +s +d +t +f");
}

const HISTORY: &str = "
    work
      HOW
        initial a
      a
        on next -> b
      b
        c
          on next -> d
        d
      on pause -> rest
    rest
      on back -> h
    ";

fn history(how: &str) -> Run {
    Run::new(&HISTORY.replace("HOW", &format!("h {how}")), &[])
}

#[test]
fn shallow_history_returns_to_the_child_and_deep_history_to_where_it_stood() {
    for (how, back) in [("history", "c"), ("deep", "d")] {
        let mut run = history(how);
        run.send("next").send("next");
        assert_eq!(run.active(), "d");
        run.send("pause").send("back");
        assert_eq!(run.active(), back, "{how}");
    }
}

#[test]
fn history_leads_to_its_default_before_there_is_anything_to_remember() {
    let mut run = Run::new(
        "
        rest
          on back -> h
        work
          h deep
            initial b
          a
          b
        ",
        &[],
    );
    run.send("back");
    assert_eq!(run.active(), "b");
    assert_eq!(run.log(), "-rest [back] +work into:b +b");
}

#[test]
fn what_history_remembers_is_part_of_the_configuration() {
    let mut run = history("history");
    run.send("next").send("pause");
    let written = serde_json::to_string(&run.at).unwrap();
    assert_eq!(written, r#"{"active":["rest"],"remembered":{"h":["b"]}}"#);
    assert_eq!(serde_json::from_str::<Configuration>(&written).unwrap(), run.at);
}

#[test]
fn history_that_leads_to_itself_leads_nowhere() {
    let text = "
        rest
          on back -> h
          on other -> i
        work
          h history
            initial h
          i history
            initial j
          j deep
            initial i
          a
        ";
    assert_eq!(Run::new(text, &[]).send("back").active(), "rest");
    assert_eq!(Run::new(text, &[]).send("other").active(), "rest");
}

#[test]
fn a_state_that_begins_around_itself_is_entered_once() {
    let run = Run::new("a\n  initial a\n  b", &[]);
    assert_eq!(run.log(), "+a into:a");
}

#[test]
fn a_thousand_regions_are_entered_at_once() {
    let regions: Vec<_> = (0..1_000).map(|at| format!("  r{at}\n    a{at}")).collect();
    let run = Run::new(&format!("p parallel\n{}", regions.join("\n")), &[]);
    assert_eq!(run.at.active.len(), 1_000);
}

#[test]
fn a_chart_that_never_rests_is_halted() {
    let mut eventless = Run::new("a\n  on e -> b\nb\n  on - -> c\nc\n  on - -> b", &[]);
    assert_eq!(eventless.try_send("e"), Err(Halt::Restless));
    let mut raising = Run::new("a\n  on e raise e", &[]);
    assert_eq!(raising.try_send("e"), Err(Halt::Restless));
    assert_eq!(raising.active(), "a");
}

#[test]
fn a_configuration_with_a_state_of_another_chart_is_an_error() {
    let mut run = Run::new("a\n  on e -> b\nb", &[]);
    run.at.active = vec!["elsewhere".into()];
    assert_eq!(run.try_send("e"), Err(Halt::UnknownState("elsewhere".into())));
    run.at = Configuration { active: vec!["a".into()], remembered: [("h".into(), vec![])].into() };
    assert_eq!(run.try_send("e"), Err(Halt::UnknownState("h".into())));
}

#[test]
fn a_chart_has_no_two_states_of_one_name() {
    let mut chart = Chart::default();
    chart.add("a".into(), Kind::Atomic, None).unwrap();
    assert_eq!(chart.add("a".into(), Kind::Atomic, None), Err("a".into()));
}
