// Starts `liaison policy lsp` for the files of a folder of policies.
const { realpathSync } = require('node:fs');
const { join } = require('node:path');
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

// The extension is in `scripts/editor/vscode` of a clone, which may be linked into the folder of extensions.
const ownCommand = join(realpathSync(__dirname), '../../liaison');
const YAML = '**/{approvals,cases,directory,invariants,members}.yaml';

let client;

exports.activate = async () => {
  const command = workspace.getConfiguration('liaison').get('command') || ownCommand;
  client = new LanguageClient(
    'liaison',
    'Liaison policies',
    { command, args: ['policy', 'lsp'] },
    {
      documentSelector: [
        { scheme: 'file', language: 'cedar' },
        { scheme: 'file', pattern: '**/*.cedarschema' },
        { scheme: 'file', pattern: YAML },
      ],
    },
  );
  await client.start();
};

exports.deactivate = () => client?.stop();
