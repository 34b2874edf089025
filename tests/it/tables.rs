//! Tables that are no CSV in UTF-8: what is sent of them, what becomes of their rows, and how a run keeps what they mean.

use std::io::Write;

use rust_xlsxwriter::Workbook;

use crate::common::World;
use crate::common::sandbox::Sandbox;

fn world() -> (World, Sandbox) {
    let world = World::new();
    let sandbox = Sandbox::start(&world, &[]);
    world.config(format!("default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{}\"\n", sandbox.url));
    (world, sandbox)
}

#[test]
fn a_workbooks_failed_rows_are_corrected_and_sent_again_as_csv() {
    let (world, sandbox) = world();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["boosterCustomerId", "firstName", "birthDate"]) {
        sheet.write_string(0, column, name).expect("room");
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("d mmm yyyy");
    for (row, id, name) in [(1, 1, "Zoë, \"Z\""), (2, 99_999, "Ann")] {
        sheet.write_number(row, 0, id).expect("room").write_string(row, 1, name).expect("room");
        sheet.write_number_with_format(row, 2, 31_412, &day).expect("room");
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&workbook.save_to_buffer().expect("a workbook")).expect("room");
    let gzip = gzip.finish().expect("room");
    let words = ["bulk", "patch", "-", "--fill", "--run", "spring", "-o", "json"];
    let first = world.run_with_stdin(words, &gzip);
    let answer = first.expect(8).json();
    assert_eq!(answer["input"]["format"], "Excel workbook, gzip, sheet Sheet1, 3 columns");
    assert_eq!(sandbox.customer(&world, 1)["firstName"], "Zoë, \"Z\"");
    let failed = std::fs::read_to_string(world.state("runs/spring/failed.csv")).expect("failed rows");
    assert!(
        failed.starts_with(
            "\u{feff}boosterCustomerId,firstName,birthDate,_row,_error,_hint\n99999,Ann,1985-12-31,3,"
        ),
        "{failed}"
    );
    world.file("failed.csv", failed.replace("99999,", "3,"));
    world.run(["bulk", "patch", "failed.csv", "--fill"]).expect(0);
    assert_eq!(sandbox.customer(&world, 3)["firstName"], "Ann");
}

#[test]
fn a_run_keeps_what_its_table_means() {
    let (world, sandbox) = world();
    world.file("own.csv", b"Nr;Name\n1;Zo\xeb\n3;Ren\xe9\n");
    let map = "[rename]\nNr = \"boosterCustomerId\"\nName = \"firstName\"\n";
    world.file("map.toml", map);
    let words = |encoding| {
        [
            "bulk",
            "patch",
            "own.csv",
            "--map",
            "map.toml",
            "--encoding",
            encoding,
            "--fill",
            "--run",
            "own",
            "--limit",
            "1",
        ]
    };
    world.run(words("latin1")).expect(0);
    assert_eq!(sandbox.customer(&world, 1)["firstName"], "Zoë");
    let other = world.run(words("shift_jis"));
    assert!(
        other.expect(2).stderr.contains("run own was started with other options: --encoding"),
        "{}",
        other.stderr
    );
    world.file("map.toml", map.replace("firstName", "lastName"));
    let other = world.run(words("windows-1252"));
    assert!(
        other.expect(2).stderr.contains("run own was started with other options: --map"),
        "{}",
        other.stderr
    );
    std::fs::remove_file(world.path("map.toml")).expect("a map");
    world.run(["bulk", "resume", "own"]).expect(0);
    assert_eq!(sandbox.customer(&world, 3)["firstName"], "René");
}
