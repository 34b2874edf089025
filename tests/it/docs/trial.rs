//! A page's commands as its reader has them: sh on a terminal of 80 columns, the files that the page shows, and a
//! sandbox for the service.

use std::path::Path;

use super::page::Block;
use super::replaced::replaced;
use super::statement::Statement;
use crate::common::sandbox::Sandbox;
use crate::common::terminal::Terminal;
use crate::common::{World, root};

/// The width for which output is broken, and rows without meaning.
const SIZE: (u16, u16) = (80, 24);
/// Around each command's output, and before its exit code: control characters that booster never prints.
const BEGIN: char = '\u{1}';
const END: char = '\u{2}';

/// The workbook of the page about tables: a date, a number where a text belongs, a formula that has gone wrong.
fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet().set_name("Customers").expect("a name");
    for (column, name) in (0..).zip(["boosterCustomerId", "firstName", "birthDate", "notes"]) {
        sheet.write_string(0, column, name).expect("room");
    }
    for (row, id, name) in [(1, 1, "Mei"), (2, 123, "Ada"), (3, 3, "Ugo")] {
        sheet.write_number(row, 0, id).expect("room").write_string(row, 1, name).expect("room");
    }
    sheet.write_number_with_format(1, 2, 31_390, &day).expect("room");
    sheet.write_number(2, 3, 1204).expect("room");
    sheet.write_formula(3, 2, rust_xlsxwriter::Formula::new("NA()").set_result("#N/A")).expect("room");
    workbook.save_to_buffer().expect("a workbook")
}

/// Where a page's commands run, one after the other: what one of them leaves, the next one finds.
pub struct Trial {
    world: World,
    sandbox: Sandbox,
}

/// What a command printed, and how it ended.
pub struct Ended {
    pub output: String,
    pub code: i32,
}

impl Trial {
    pub fn new() -> Trial {
        let world = World::new();
        std::fs::create_dir_all(world.path("examples")).expect("a folder");
        world
            .file("examples/ada.toml", std::fs::read(root().join("examples/ada.toml")).expect("the example"));
        world.file("examples/customers.xlsx", workbook());
        let sandbox = Sandbox::start(&world, &[]);
        Trial { world, sandbox }
    }

    /// Writes the file that a block is.
    pub fn write(&self, name: &str, block: &Block) {
        let folder = self.world.path(name);
        std::fs::create_dir_all(folder.parent().expect("in the world")).expect("a folder");
        self.world.file(name, block.lines.join("\n") + "\n");
    }

    /// Runs the commands in one shell, so that a variable holds to the block's end.
    pub fn run(&self, statements: &[Statement]) -> Vec<Ended> {
        if statements.is_empty() {
            return Vec::new();
        }
        let mut script = format!(
            "trap 'printf \"\\002%s\\n\" $?' 0\nexec </dev/null\nexport PATH={} TERM=dumb TZ=UTC BOOSTER_BASE_URL={}\n",
            self.path(),
            self.sandbox.url,
        );
        for statement in statements {
            script.push_str(&format!("printf '\\001'\n{}\nprintf '\\002%s\\n' $?\n", statement.command));
        }
        let mut terminal = Terminal::start_sh(&self.world, &script, SIZE);
        terminal.ends();
        let bytes = terminal.bytes().replace("\r\n", "\n");
        let ended: Vec<Ended> = bytes.split(BEGIN).skip(1).map(|text| self.ended(text)).collect();
        assert_eq!(ended.len(), statements.len(), "the shell ended before its last command:\n{bytes}");
        ended
    }

    fn ended(&self, text: &str) -> Ended {
        let (output, code) = text.split_once(END).expect("each command says how it ended");
        let code = code.lines().next().and_then(|code| code.parse().ok()).expect("an exit code");
        let home = self.world.path("");
        let home = home.to_str().expect("a plain path").trim_end_matches('/');
        Ended { output: replaced(output.trim_end()).replace(home, "/home/ada"), code }
    }

    /// The folder of the binary first, then those in which every system has its programs.
    fn path(&self) -> String {
        let folder = Path::new(env!("CARGO_BIN_EXE_booster")).parent().expect("a folder");
        format!("'{}':/usr/bin:/bin", folder.display())
    }
}
