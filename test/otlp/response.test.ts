import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { parseErrorStatus, parsePartialSuccess } from '#spoor/otlp/parse-response.ts';
import { responseFromJson } from './official.ts';

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

test('a partial success says how many spans were refused and why, in both encodings', () => {
  const told = { partialSuccess: { rejectedSpans: '3', errorMessage: 'too old' } };
  for (const found of [parsePartialSuccess(responseFromJson(told), 'protobuf'), parsePartialSuccess(json(told), 'json')]) {
    assert.deepEqual(found, { rejectedSpans: 3, errorMessage: 'too old' });
  }
  assert.deepEqual(parsePartialSuccess(json({ partialSuccess: { rejectedSpans: 2 } }), 'json'), { rejectedSpans: 2, errorMessage: undefined });
});

test('a warning is a partial success that refused nothing', () => {
  const told = { partialSuccess: { errorMessage: 'deprecated' } };
  for (const found of [parsePartialSuccess(responseFromJson(told), 'protobuf'), parsePartialSuccess(json(told), 'json')]) {
    assert.deepEqual(found, { rejectedSpans: 0, errorMessage: 'deprecated' });
  }
});

test('an empty, foreign or broken body says nothing', () => {
  const foreign = [json({}), json({ partialSuccess: {} }), json(null), json({ partialSuccess: { rejectedSpans: 'x' } })];
  for (const body of [new Uint8Array(), ...foreign, Buffer.from('<html>'), Buffer.from([10, 200])]) {
    assert.equal(parsePartialSuccess(body, 'protobuf'), undefined);
    assert.equal(parsePartialSuccess(body, 'json'), undefined);
  }
  assert.equal(parsePartialSuccess(responseFromJson({ partialSuccess: {} }), 'protobuf'), undefined);
});

test('the message of a google.rpc.Status is found, in both encodings', () => {
  const status = new BinaryWriter().uint32(8).int32(3).uint32(18).string('no such project').uint32(26).bytes(new Uint8Array(3)).finish();
  assert.equal(parseErrorStatus(status, 'protobuf'), 'no such project');
  assert.equal(parseErrorStatus(json({ code: 3, message: 'no such project' }), 'json'), 'no such project');
});

test('a page that is no Status says nothing', () => {
  for (const body of [new Uint8Array(), Buffer.from('<html>Bad Gateway</html>'), json([1]), json({ message: 4 })]) {
    assert.equal(parseErrorStatus(body, 'protobuf'), undefined);
    assert.equal(parseErrorStatus(body, 'json'), undefined);
  }
});

test('no body makes it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
      for (const encoding of ['protobuf', 'json'] as const) {
        parsePartialSuccess(body, encoding);
        parseErrorStatus(body, encoding);
      }
    }),
  );
});
