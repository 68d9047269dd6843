import * as vscode from "vscode";
import type { TreeRow } from "../presentation/treeRow.ts";

/** A row as VS Code's tree item. The tooltip comes later, when it is asked for. */
export function treeItem(
  id: string,
  row: TreeRow,
  collapsibleState: vscode.TreeItemCollapsibleState,
): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsibleState);
  item.id = id;
  item.description = row.description;
  item.contextValue = row.contextValue;
  item.iconPath = new vscode.ThemeIcon(
    row.icon.id,
    row.icon.color === undefined ? undefined : new vscode.ThemeColor(row.icon.color),
  );
  item.accessibilityInformation = { label: row.accessibilityLabel };
  return item;
}
