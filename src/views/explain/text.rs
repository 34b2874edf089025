//! How explanations read on a terminal: plain text in columns, without colour.

use std::fmt::Write;

use super::{Explanation, SOURCE, all, kind_word};
use crate::model::describe;
use crate::model::field::{Field, Group, Need, Record};
use crate::terminal::layout::{WIDEST, paragraph};

/// The column at which the right-hand side of an explanation begins.
const INDENT: usize = 13;

impl Explanation {
    /// The explanation as a heading and aligned lines, with a newline at the end.
    pub fn text(&self) -> String {
        let mut text = format!("{}: {}\n", self.place, self.field.label);
        let mut row = |head: &str, body: &str| {
            for (i, line) in paragraph(body, WIDEST - INDENT).lines().enumerate() {
                let head = if i == 0 { head } else { "" };
                writeln!(text, "  {head:<width$}{line}", width = INDENT - 2)
                    .expect("a String takes everything");
            }
        };
        row("group", self.group().title());
        row("type", &describe::kind(self.field));
        let rule = self.rule().map_or_else(String::new, |rule| format!(" (rule: {})", rule.id));
        row("need", &format!("{}{rule}", self.need()));
        row("examples", &self.field.examples.join(" | "));
        for (i, flag) in self.flags().iter().enumerate() {
            row(if i == 0 { "flag" } else { "" }, &flag.sample);
        }
        row("shorthand", &self.shorthand().unwrap_or_default());
        row("file", &self.key());
        row("column", &self.column());
        for (i, rule) in self.warnings().iter().enumerate() {
            row(if i == 0 { "warned of" } else { "" }, &format!("{} ({})", rule.meaning, rule.id));
        }
        row("clearing", &self.clearing());
        if let Some(quotation) = self.quotation() {
            row("quotation", &format!("“{quotation}” ({SOURCE})"));
        }
        text
    }
}

/// All fields in a table by group: place, flag, type and need.
pub fn overview() -> String {
    let rows: Vec<(Group, [String; 4])> = all().iter().map(|own| (own.group(), cells(own))).collect();
    let width =
        |column: usize| rows.iter().map(|(_, cells)| cells[column].chars().count()).max().unwrap_or(0);
    let (name, flag, kind) = (width(0), width(1), width(2));
    let groups = Group::ALL.iter().filter_map(|group| {
        let cells = rows.iter().filter(|(own, _)| own == group).map(|(_, cells)| cells);
        let lines: String =
            cells.map(|[a, b, c, d]| format!("  {a:<name$}  {b:<flag$}  {c:<kind$}  {d}\n")).collect();
        (!lines.is_empty()).then(|| format!("{}\n{lines}", group.title()))
    });
    groups.collect::<Vec<_>>().join("\n")
}

fn cells(own: &Explanation) -> [String; 4] {
    let (name, flag) = match own.record() {
        Some(record) => (format!("  {}", own.field.name), format!("  {}", shortest_name(own.field, record))),
        None => {
            let flags: Vec<String> = own.flags().into_iter().map(|flag| flag.flag).collect();
            (own.place.clone(), flags.join(", "))
        }
    };
    let need = match own.field.need {
        Need::Optional => "optional".to_owned(),
        Need::Required => "required".to_owned(),
        Need::RequiredFor(client_type) => format!("required for {}", client_type.wire()),
    };
    [name, flag, kind_word(own.field.kind).to_owned(), need]
}

/// The shortest way to name the field within its record's flag.
fn shortest_name(field: &Field, record: &Record) -> String {
    if record.fields.first().is_some_and(|first| first.name == field.name) {
        return "first word".to_owned();
    }
    if field.is_main_mark() { "main".to_owned() } else { format!("{}=…", record.key(field)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::every_field;
    use crate::views::explain::find;

    #[test]
    fn an_explanation_reads_in_columns() {
        let text = |name: &str| find(name).expect(name).remove(0).text();
        insta::assert_snapshot!(text("gender"), @r#"
        gender: Gender
          group      Identity
          type       text: as a rule one of the examples
          need       required when clientType is PRIVATE (rule: required-for-private)
          examples   M | F
          flag       --gender M
          file       "gender": "M"
          column     gender
          warned of  a value not among the known ones (unlisted-value)
                     blanks before or behind a text (outer-space)
                     what a program writes for no value: null, {{name}} (placeholder)
                     a character that is not seen, or misleads (hidden-character)
          clearing   --clear gender, or "" in a file; not when the client is PRIVATE
          quotation  “Gender e.g. M, F - Mandatory only when customer type is 'Personal'” (API page of PatchCustomer)
        "#);
        insta::assert_snapshot!(text("emails[0].isMainEmail"), @r#"
        emails[].isMainEmail: Main email
          group      Lists
          type       true or false
          need       required in every item (rule: required)
          flag       --email ada@example.com,main
          shorthand  the word main sets it to true; without the word it is false
          file       "emails": [{ "isMainEmail": false }]
          column     emails[0].isMainEmail
          warned of  more than one main email, phone or address (two-mains)
                     emails, phones or addresses of which none is the main one (no-main)
          clearing   cannot be cleared, only set to false: the service takes null for absent
          quotation  “Main email” (API page of PatchCustomer)
        "#);
        insta::assert_snapshot!(text("phones"), @r#"
        phones: Customer phones
          group      Lists
          type       a list of Phone records
          need       optional
          flag       --phone 13888889999,countryPrefix=it,main
                     --phones @phones.json
          file       "phones": [{ … }]
          column     phones[0].phone
          warned of  more than one main email, phone or address (two-mains)
                     emails, phones or addresses of which none is the main one (no-main)
          clearing   --clear phones, or [] in a file
          quotation  “Customer phones” (API page of PatchCustomer)
        "#);
    }

    #[test]
    fn no_line_is_wider_than_a_wide_terminal() {
        let texts = all().iter().map(Explanation::text).chain([overview()]).collect::<Vec<_>>().join("\n");
        for line in texts.lines() {
            assert!(line.chars().count() <= WIDEST, "{line}");
        }
    }

    #[test]
    fn the_overview_names_every_field_once_under_its_group() {
        let overview = overview();
        let identity: Vec<&str> = overview.lines().take(4).collect();
        insta::assert_snapshot!(identity.join("\n"), @r#"
        Identity
          clientType                        --client-type                                text  required
          languageId                        --language-id                                text  required for PRIVATE
          gender                            --gender                                     text  required for PRIVATE
        "#);
        let emails: Vec<&str> =
            overview.lines().skip_while(|line| !line.starts_with("  emails ")).take(3).collect();
        insta::assert_snapshot!(emails.join("\n"), @r#"
        emails                            --email, --emails                            list  optional
          email                             first word                                 text  required
          isMainEmail                       main                                       bool  required
        "#);
        let lines = overview.lines().filter(|line| line.starts_with("  ")).count();
        assert_eq!(lines, every_field().count());
        for group in Group::ALL {
            assert!(overview.lines().any(|line| line == group.title()), "{}", group.title());
        }
    }
}
