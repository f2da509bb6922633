// Saves the sheet told on standard input with SheetJS, in every format that it writes and a school may send.
// node save_with_sheetjs.cjs FOLDER
const fs = require("fs");
const path = require("path");
const XLSX = require("xlsx");

const FORMATS = {
  "sheetjs.xls": "biff8",
  "sheetjs-biff5.xls": "biff5",
  "sheetjs-biff2.xls": "biff2",
  "sheetjs.xlsx": "xlsx",
  "sheetjs.ods": "ods",
  "sheetjs.csv": "csv",
  "sheetjs.txt": "txt",
  "sheetjs.xlsb": "xlsb",
  "sheetjs-html.xls": "html",
};

const told = JSON.parse(fs.readFileSync(0, "utf8"));
const width = told.rows[0].length;
const sheet = {};
sheet.A1 = { t: "s", v: told.title };
told.rows.forEach((cells, index) =>
  cells.forEach((cell, column) => {
    if (cell && cell.t === "d") cell.v = new Date(cell.v);
    if (cell) sheet[XLSX.utils.encode_cell({ r: told.heading_row - 1 + index, c: column })] = cell;
  }),
);
sheet["!ref"] = `A1:${XLSX.utils.encode_cell({ r: told.heading_row + told.rows.length - 2, c: width - 1 })}`;
sheet["!merges"] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: width - 1 } }];
sheet["!rows"] = [];
sheet["!rows"][told.hidden_row - 1] = { hidden: true };
const book = XLSX.utils.book_new();
XLSX.utils.book_append_sheet(book, sheet, "Learners");
for (const [name, bookType] of Object.entries(FORMATS)) {
  fs.writeFileSync(path.join(process.argv[2], name), XLSX.write(book, { type: "buffer", bookType, compression: true }));
}
