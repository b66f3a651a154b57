/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const liaison = $root.liaison = (() => {

    /**
     * Namespace liaison.
     * @exports liaison
     * @namespace
     */
    const liaison = {};

    liaison.v1 = (function() {

        /**
         * Namespace v1.
         * @memberof liaison
         * @namespace
         */
        const v1 = {};

        v1.Leaf = (function() {

            /**
             * Properties of a Leaf.
             * @typedef {Object} liaison.v1.Leaf.$Properties
             * @property {Uint8Array|null} [salt] Leaf salt
             * @property {Uint8Array|null} [part] Leaf part
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Leaf.
             * @memberof liaison.v1
             * @interface ILeaf
             * @augments liaison.v1.Leaf.$Properties
             * @deprecated Use liaison.v1.Leaf.$Properties instead.
             */

            /**
             * Shape of a Leaf.
             * @typedef {liaison.v1.Leaf.$Properties} liaison.v1.Leaf.$Shape
             */

            /**
             * Constructs a new Leaf.
             * @memberof liaison.v1
             * @classdesc Represents a Leaf.
             * @constructor
             * @param {liaison.v1.Leaf.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Leaf = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Leaf salt.
             * @member {Uint8Array} salt
             * @memberof liaison.v1.Leaf
             * @instance
             */
            Leaf.prototype.salt = $util.newBuffer([]);

            /**
             * Leaf part.
             * @member {Uint8Array} part
             * @memberof liaison.v1.Leaf
             * @instance
             */
            Leaf.prototype.part = $util.newBuffer([]);

            /**
             * Encodes the specified Leaf message. Does not implicitly {@link liaison.v1.Leaf.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.Leaf
             * @static
             * @param {liaison.v1.Leaf.$Properties} message Leaf message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Leaf.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.salt != null && $Object.hasOwnProperty.call(message, "salt") && message.salt.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.salt);
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.part);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Leaf message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.Leaf
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.Leaf & liaison.v1.Leaf.$Shape} Leaf
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Leaf.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.Leaf();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.salt = value;
                            else
                                delete message.salt;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.part = value;
                            else
                                delete message.part;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Leaf;
        })();

        v1.SignedSet = (function() {

            /**
             * Properties of a SignedSet.
             * @typedef {Object} liaison.v1.SignedSet.$Properties
             * @property {string|null} [statement] SignedSet statement
             * @property {Array.<liaison.v1.Leaf.$Properties>|null} [leaves] SignedSet leaves
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SignedSet.
             * @memberof liaison.v1
             * @interface ISignedSet
             * @augments liaison.v1.SignedSet.$Properties
             * @deprecated Use liaison.v1.SignedSet.$Properties instead.
             */

            /**
             * Shape of a SignedSet.
             * @typedef {liaison.v1.SignedSet.$Properties} liaison.v1.SignedSet.$Shape
             */

            /**
             * Constructs a new SignedSet.
             * @memberof liaison.v1
             * @classdesc Represents a SignedSet.
             * @constructor
             * @param {liaison.v1.SignedSet.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SignedSet = function (properties) {
                this.leaves = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SignedSet statement.
             * @member {string} statement
             * @memberof liaison.v1.SignedSet
             * @instance
             */
            SignedSet.prototype.statement = "";

            /**
             * SignedSet leaves.
             * @member {Array.<liaison.v1.Leaf.$Properties>} leaves
             * @memberof liaison.v1.SignedSet
             * @instance
             */
            SignedSet.prototype.leaves = $util.emptyArray;

            /**
             * Encodes the specified SignedSet message. Does not implicitly {@link liaison.v1.SignedSet.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.SignedSet
             * @static
             * @param {liaison.v1.SignedSet.$Properties} message SignedSet message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SignedSet.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.statement);
                if (message.leaves != null && message.leaves.length)
                    for (let i = 0; i < message.leaves.length; ++i)
                        $root.liaison.v1.Leaf.encode(message.leaves[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SignedSet message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.SignedSet
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.SignedSet & liaison.v1.SignedSet.$Shape} SignedSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SignedSet.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.SignedSet();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.leaves && message.leaves.length))
                                message.leaves = [];
                            message.leaves.push($root.liaison.v1.Leaf.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SignedSet;
        })();

        v1.Action = (function() {

            /**
             * Properties of an Action.
             * @typedef {Object} liaison.v1.Action.$Properties
             * @property {string|null} [statement] Action statement
             * @property {Array.<liaison.v1.ActionLeaf.$Properties>|null} [leaves] Action leaves
             * @property {Array.<string>|null} [disclosures] Action disclosures
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Action.
             * @memberof liaison.v1
             * @interface IAction
             * @augments liaison.v1.Action.$Properties
             * @deprecated Use liaison.v1.Action.$Properties instead.
             */

            /**
             * Shape of an Action.
             * @typedef {liaison.v1.Action.$Properties} liaison.v1.Action.$Shape
             */

            /**
             * Constructs a new Action.
             * @memberof liaison.v1
             * @classdesc Represents an Action.
             * @constructor
             * @param {liaison.v1.Action.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Action = function (properties) {
                this.leaves = [];
                this.disclosures = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Action statement.
             * @member {string} statement
             * @memberof liaison.v1.Action
             * @instance
             */
            Action.prototype.statement = "";

            /**
             * Action leaves.
             * @member {Array.<liaison.v1.ActionLeaf.$Properties>} leaves
             * @memberof liaison.v1.Action
             * @instance
             */
            Action.prototype.leaves = $util.emptyArray;

            /**
             * Action disclosures.
             * @member {Array.<string>} disclosures
             * @memberof liaison.v1.Action
             * @instance
             */
            Action.prototype.disclosures = $util.emptyArray;

            /**
             * Encodes the specified Action message. Does not implicitly {@link liaison.v1.Action.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.Action
             * @static
             * @param {liaison.v1.Action.$Properties} message Action message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Action.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.statement);
                if (message.leaves != null && message.leaves.length)
                    for (let i = 0; i < message.leaves.length; ++i)
                        $root.liaison.v1.ActionLeaf.encode(message.leaves[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.disclosures != null && message.disclosures.length)
                    for (let i = 0; i < message.disclosures.length; ++i)
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.disclosures[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Action message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.Action
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.Action & liaison.v1.Action.$Shape} Action
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Action.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.Action();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.leaves && message.leaves.length))
                                message.leaves = [];
                            message.leaves.push($root.liaison.v1.ActionLeaf.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.disclosures && message.disclosures.length))
                                message.disclosures = [];
                            message.disclosures.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Action;
        })();

        v1.ActionLeaf = (function() {

            /**
             * Properties of an ActionLeaf.
             * @typedef {Object} liaison.v1.ActionLeaf.$Properties
             * @property {liaison.v1.Leaf.$Properties|null} [leaf] ActionLeaf leaf
             * @property {Uint8Array|null} [hash] ActionLeaf hash
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an ActionLeaf.
             * @memberof liaison.v1
             * @interface IActionLeaf
             * @augments liaison.v1.ActionLeaf.$Properties
             * @deprecated Use liaison.v1.ActionLeaf.$Properties instead.
             */

            /**
             * Shape of an ActionLeaf.
             * @typedef {liaison.v1.ActionLeaf.$Properties} liaison.v1.ActionLeaf.$Shape
             */

            /**
             * Constructs a new ActionLeaf.
             * @memberof liaison.v1
             * @classdesc Represents an ActionLeaf.
             * @constructor
             * @param {liaison.v1.ActionLeaf.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ActionLeaf = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ActionLeaf leaf.
             * @member {liaison.v1.Leaf.$Properties|null|undefined} leaf
             * @memberof liaison.v1.ActionLeaf
             * @instance
             */
            ActionLeaf.prototype.leaf = null;

            /**
             * ActionLeaf hash.
             * @member {Uint8Array} hash
             * @memberof liaison.v1.ActionLeaf
             * @instance
             */
            ActionLeaf.prototype.hash = $util.newBuffer([]);

            /**
             * Encodes the specified ActionLeaf message. Does not implicitly {@link liaison.v1.ActionLeaf.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.ActionLeaf
             * @static
             * @param {liaison.v1.ActionLeaf.$Properties} message ActionLeaf message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ActionLeaf.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaf != null && $Object.hasOwnProperty.call(message, "leaf"))
                    $root.liaison.v1.Leaf.encode(message.leaf, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.hash != null && $Object.hasOwnProperty.call(message, "hash") && message.hash.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.hash);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an ActionLeaf message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.ActionLeaf
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.ActionLeaf & liaison.v1.ActionLeaf.$Shape} ActionLeaf
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ActionLeaf.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.ActionLeaf();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.leaf = $root.liaison.v1.Leaf.decode(reader, reader.size(), $undefined, _depth + 1, message.leaf);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.hash = value;
                            else
                                delete message.hash;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ActionLeaf;
        })();

        v1.Release = (function() {

            /**
             * Properties of a Release.
             * @typedef {Object} liaison.v1.Release.$Properties
             * @property {string|null} [statement] Release statement
             * @property {Uint8Array|null} [files] Release files
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Release.
             * @memberof liaison.v1
             * @interface IRelease
             * @augments liaison.v1.Release.$Properties
             * @deprecated Use liaison.v1.Release.$Properties instead.
             */

            /**
             * Shape of a Release.
             * @typedef {liaison.v1.Release.$Properties} liaison.v1.Release.$Shape
             */

            /**
             * Constructs a new Release.
             * @memberof liaison.v1
             * @classdesc Represents a Release.
             * @constructor
             * @param {liaison.v1.Release.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Release = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Release statement.
             * @member {string} statement
             * @memberof liaison.v1.Release
             * @instance
             */
            Release.prototype.statement = "";

            /**
             * Release files.
             * @member {Uint8Array} files
             * @memberof liaison.v1.Release
             * @instance
             */
            Release.prototype.files = $util.newBuffer([]);

            /**
             * Encodes the specified Release message. Does not implicitly {@link liaison.v1.Release.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.Release
             * @static
             * @param {liaison.v1.Release.$Properties} message Release message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Release.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.statement);
                if (message.files != null && $Object.hasOwnProperty.call(message, "files") && message.files.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.files);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Release message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.Release
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.Release & liaison.v1.Release.$Shape} Release
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Release.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.Release();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.files = value;
                            else
                                delete message.files;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Release;
        })();

        v1.Item = (function() {

            /**
             * Properties of an Item.
             * @typedef {Object} liaison.v1.Item.$Properties
             * @property {string|null} [notice] Item notice
             * @property {liaison.v1.Action.$Properties|null} [action] Item action
             * @property {string|null} [request] Item request
             * @property {liaison.v1.Release.$Properties|null} [release] Item release
             * @property {string|null} [keyRequest] Item keyRequest
             * @property {"notice"|"action"|"request"|"release"|"keyRequest"} [item] Item item
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Item.
             * @memberof liaison.v1
             * @interface IItem
             * @augments liaison.v1.Item.$Properties
             * @deprecated Use liaison.v1.Item.$Properties instead.
             */

            /**
             * Narrowed shape of an Item.
             * @typedef {{
             *   notice?: string|null;
             *   action?: liaison.v1.Action.$Shape|null;
             *   request?: string|null;
             *   release?: liaison.v1.Release.$Shape|null;
             *   keyRequest?: string|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ item?: undefined; notice?: null; action?: null; request?: null; release?: null; keyRequest?: null }|{ item?: "notice"; notice: string; action?: null; request?: null; release?: null; keyRequest?: null }|{ item?: "action"; notice?: null; action: liaison.v1.Action.$Shape; request?: null; release?: null; keyRequest?: null }|{ item?: "request"; notice?: null; action?: null; request: string; release?: null; keyRequest?: null }|{ item?: "release"; notice?: null; action?: null; request?: null; release: liaison.v1.Release.$Shape; keyRequest?: null }|{ item?: "keyRequest"; notice?: null; action?: null; request?: null; release?: null; keyRequest: string })
             * )} liaison.v1.Item.$Shape
             */

            /**
             * Constructs a new Item.
             * @memberof liaison.v1
             * @classdesc Represents an Item.
             * @constructor
             * @param {liaison.v1.Item.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Item = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Item notice.
             * @member {string|null|undefined} notice
             * @memberof liaison.v1.Item
             * @instance
             */
            Item.prototype.notice = null;

            /**
             * Item action.
             * @member {liaison.v1.Action.$Properties|null|undefined} action
             * @memberof liaison.v1.Item
             * @instance
             */
            Item.prototype.action = null;

            /**
             * Item request.
             * @member {string|null|undefined} request
             * @memberof liaison.v1.Item
             * @instance
             */
            Item.prototype.request = null;

            /**
             * Item release.
             * @member {liaison.v1.Release.$Properties|null|undefined} release
             * @memberof liaison.v1.Item
             * @instance
             */
            Item.prototype.release = null;

            /**
             * Item keyRequest.
             * @member {string|null|undefined} keyRequest
             * @memberof liaison.v1.Item
             * @instance
             */
            Item.prototype.keyRequest = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Item item.
             * @member {"notice"|"action"|"request"|"release"|"keyRequest"|undefined} item
             * @memberof liaison.v1.Item
             * @instance
             */
            $Object.defineProperty(Item.prototype, "item", {
                get: $util.oneOfGetter($oneOfFields = ["notice", "action", "request", "release", "keyRequest"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Item message. Does not implicitly {@link liaison.v1.Item.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.Item
             * @static
             * @param {liaison.v1.Item.$Properties} message Item message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Item.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.notice != null && $Object.hasOwnProperty.call(message, "notice"))
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.notice);
                if (message.action != null && $Object.hasOwnProperty.call(message, "action"))
                    $root.liaison.v1.Action.encode(message.action, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.request);
                if (message.release != null && $Object.hasOwnProperty.call(message, "release"))
                    $root.liaison.v1.Release.encode(message.release, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.keyRequest != null && $Object.hasOwnProperty.call(message, "keyRequest"))
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.keyRequest);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Item message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.Item
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.Item & liaison.v1.Item.$Shape} Item
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Item.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.Item();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.notice = reader.stringVerify();
                            message.item = "notice";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.action = $root.liaison.v1.Action.decode(reader, reader.size(), $undefined, _depth + 1, message.action);
                            message.item = "action";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.request = reader.stringVerify();
                            message.item = "request";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.release = $root.liaison.v1.Release.decode(reader, reader.size(), $undefined, _depth + 1, message.release);
                            message.item = "release";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.keyRequest = reader.stringVerify();
                            message.item = "keyRequest";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Item;
        })();

        v1.Submission = (function() {

            /**
             * Properties of a Submission.
             * @typedef {Object} liaison.v1.Submission.$Properties
             * @property {string|null} [statement] Submission statement
             * @property {Array.<liaison.v1.Item.$Properties>|null} [items] Submission items
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Submission.
             * @memberof liaison.v1
             * @interface ISubmission
             * @augments liaison.v1.Submission.$Properties
             * @deprecated Use liaison.v1.Submission.$Properties instead.
             */

            /**
             * Shape of a Submission.
             * @typedef {{
             *   statement?: string|null;
             *   items?: Array.<liaison.v1.Item.$Shape>|null;
             *   $unknowns?: Array.<Uint8Array>;
             * }} liaison.v1.Submission.$Shape
             */

            /**
             * Constructs a new Submission.
             * @memberof liaison.v1
             * @classdesc Represents a Submission.
             * @constructor
             * @param {liaison.v1.Submission.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Submission = function (properties) {
                this.items = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Submission statement.
             * @member {string} statement
             * @memberof liaison.v1.Submission
             * @instance
             */
            Submission.prototype.statement = "";

            /**
             * Submission items.
             * @member {Array.<liaison.v1.Item.$Properties>} items
             * @memberof liaison.v1.Submission
             * @instance
             */
            Submission.prototype.items = $util.emptyArray;

            /**
             * Encodes the specified Submission message. Does not implicitly {@link liaison.v1.Submission.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.Submission
             * @static
             * @param {liaison.v1.Submission.$Properties} message Submission message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Submission.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.statement);
                if (message.items != null && message.items.length)
                    for (let i = 0; i < message.items.length; ++i)
                        $root.liaison.v1.Item.encode(message.items[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Submission message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.Submission
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.Submission & liaison.v1.Submission.$Shape} Submission
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Submission.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.Submission();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.items && message.items.length))
                                message.items = [];
                            message.items.push($root.liaison.v1.Item.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Submission;
        })();

        v1.SubmissionFrame = (function() {

            /**
             * Properties of a SubmissionFrame.
             * @typedef {Object} liaison.v1.SubmissionFrame.$Properties
             * @property {number|null} [contract] SubmissionFrame contract
             * @property {Uint8Array|null} [submission] SubmissionFrame submission
             * @property {liaison.v1.Record.$Properties|null} [report] SubmissionFrame report
             * @property {string|null} [traceparent] SubmissionFrame traceparent
             * @property {Array.<liaison.v1.Record.$Properties>|null} [narrowings] SubmissionFrame narrowings
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SubmissionFrame.
             * @memberof liaison.v1
             * @interface ISubmissionFrame
             * @augments liaison.v1.SubmissionFrame.$Properties
             * @deprecated Use liaison.v1.SubmissionFrame.$Properties instead.
             */

            /**
             * Shape of a SubmissionFrame.
             * @typedef {liaison.v1.SubmissionFrame.$Properties} liaison.v1.SubmissionFrame.$Shape
             */

            /**
             * Constructs a new SubmissionFrame.
             * @memberof liaison.v1
             * @classdesc Represents a SubmissionFrame.
             * @constructor
             * @param {liaison.v1.SubmissionFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SubmissionFrame = function (properties) {
                this.narrowings = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SubmissionFrame contract.
             * @member {number} contract
             * @memberof liaison.v1.SubmissionFrame
             * @instance
             */
            SubmissionFrame.prototype.contract = 0;

            /**
             * SubmissionFrame submission.
             * @member {Uint8Array} submission
             * @memberof liaison.v1.SubmissionFrame
             * @instance
             */
            SubmissionFrame.prototype.submission = $util.newBuffer([]);

            /**
             * SubmissionFrame report.
             * @member {liaison.v1.Record.$Properties|null|undefined} report
             * @memberof liaison.v1.SubmissionFrame
             * @instance
             */
            SubmissionFrame.prototype.report = null;

            /**
             * SubmissionFrame traceparent.
             * @member {string} traceparent
             * @memberof liaison.v1.SubmissionFrame
             * @instance
             */
            SubmissionFrame.prototype.traceparent = "";

            /**
             * SubmissionFrame narrowings.
             * @member {Array.<liaison.v1.Record.$Properties>} narrowings
             * @memberof liaison.v1.SubmissionFrame
             * @instance
             */
            SubmissionFrame.prototype.narrowings = $util.emptyArray;

            /**
             * Encodes the specified SubmissionFrame message. Does not implicitly {@link liaison.v1.SubmissionFrame.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.SubmissionFrame
             * @static
             * @param {liaison.v1.SubmissionFrame.$Properties} message SubmissionFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SubmissionFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.submission != null && $Object.hasOwnProperty.call(message, "submission") && message.submission.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.submission);
                if (message.report != null && $Object.hasOwnProperty.call(message, "report"))
                    $root.liaison.v1.Record.encode(message.report, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.traceparent != null && $Object.hasOwnProperty.call(message, "traceparent") && message.traceparent !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.traceparent);
                if (message.narrowings != null && message.narrowings.length)
                    for (let i = 0; i < message.narrowings.length; ++i)
                        $root.liaison.v1.Record.encode(message.narrowings[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SubmissionFrame message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.SubmissionFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.SubmissionFrame & liaison.v1.SubmissionFrame.$Shape} SubmissionFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SubmissionFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.SubmissionFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.submission = value;
                            else
                                delete message.submission;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.report = $root.liaison.v1.Record.decode(reader, reader.size(), $undefined, _depth + 1, message.report);
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.traceparent = value;
                            else
                                delete message.traceparent;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.narrowings && message.narrowings.length))
                                message.narrowings = [];
                            message.narrowings.push($root.liaison.v1.Record.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SubmissionFrame;
        })();

        v1.DeliveryFrame = (function() {

            /**
             * Properties of a DeliveryFrame.
             * @typedef {Object} liaison.v1.DeliveryFrame.$Properties
             * @property {number|null} [contract] DeliveryFrame contract
             * @property {string|null} [statement] DeliveryFrame statement
             * @property {Array.<liaison.v1.RecordProof.$Properties>|null} [records] DeliveryFrame records
             * @property {Uint8Array|null} [seed] DeliveryFrame seed
             * @property {Array.<liaison.v1.DeliveredItem.$Properties>|null} [items] DeliveryFrame items
             * @property {string|null} [traceparent] DeliveryFrame traceparent
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DeliveryFrame.
             * @memberof liaison.v1
             * @interface IDeliveryFrame
             * @augments liaison.v1.DeliveryFrame.$Properties
             * @deprecated Use liaison.v1.DeliveryFrame.$Properties instead.
             */

            /**
             * Shape of a DeliveryFrame.
             * @typedef {{
             *   contract?: number|null;
             *   statement?: string|null;
             *   records?: Array.<liaison.v1.RecordProof.$Shape>|null;
             *   seed?: Uint8Array|null;
             *   items?: Array.<liaison.v1.DeliveredItem.$Shape>|null;
             *   traceparent?: string|null;
             *   $unknowns?: Array.<Uint8Array>;
             * }} liaison.v1.DeliveryFrame.$Shape
             */

            /**
             * Constructs a new DeliveryFrame.
             * @memberof liaison.v1
             * @classdesc Represents a DeliveryFrame.
             * @constructor
             * @param {liaison.v1.DeliveryFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DeliveryFrame = function (properties) {
                this.records = [];
                this.items = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DeliveryFrame contract.
             * @member {number} contract
             * @memberof liaison.v1.DeliveryFrame
             * @instance
             */
            DeliveryFrame.prototype.contract = 0;

            /**
             * DeliveryFrame statement.
             * @member {string} statement
             * @memberof liaison.v1.DeliveryFrame
             * @instance
             */
            DeliveryFrame.prototype.statement = "";

            /**
             * DeliveryFrame records.
             * @member {Array.<liaison.v1.RecordProof.$Properties>} records
             * @memberof liaison.v1.DeliveryFrame
             * @instance
             */
            DeliveryFrame.prototype.records = $util.emptyArray;

            /**
             * DeliveryFrame seed.
             * @member {Uint8Array} seed
             * @memberof liaison.v1.DeliveryFrame
             * @instance
             */
            DeliveryFrame.prototype.seed = $util.newBuffer([]);

            /**
             * DeliveryFrame items.
             * @member {Array.<liaison.v1.DeliveredItem.$Properties>} items
             * @memberof liaison.v1.DeliveryFrame
             * @instance
             */
            DeliveryFrame.prototype.items = $util.emptyArray;

            /**
             * DeliveryFrame traceparent.
             * @member {string} traceparent
             * @memberof liaison.v1.DeliveryFrame
             * @instance
             */
            DeliveryFrame.prototype.traceparent = "";

            /**
             * Encodes the specified DeliveryFrame message. Does not implicitly {@link liaison.v1.DeliveryFrame.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.DeliveryFrame
             * @static
             * @param {liaison.v1.DeliveryFrame.$Properties} message DeliveryFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DeliveryFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.statement);
                if (message.records != null && message.records.length)
                    for (let i = 0; i < message.records.length; ++i)
                        $root.liaison.v1.RecordProof.encode(message.records[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.seed != null && $Object.hasOwnProperty.call(message, "seed") && message.seed.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.seed);
                if (message.items != null && message.items.length)
                    for (let i = 0; i < message.items.length; ++i)
                        $root.liaison.v1.DeliveredItem.encode(message.items[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.traceparent != null && $Object.hasOwnProperty.call(message, "traceparent") && message.traceparent !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.traceparent);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DeliveryFrame message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.DeliveryFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.DeliveryFrame & liaison.v1.DeliveryFrame.$Shape} DeliveryFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DeliveryFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.DeliveryFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.records && message.records.length))
                                message.records = [];
                            message.records.push($root.liaison.v1.RecordProof.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.seed = value;
                            else
                                delete message.seed;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.items && message.items.length))
                                message.items = [];
                            message.items.push($root.liaison.v1.DeliveredItem.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.traceparent = value;
                            else
                                delete message.traceparent;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DeliveryFrame;
        })();

        v1.RecordProof = (function() {

            /**
             * Properties of a RecordProof.
             * @typedef {Object} liaison.v1.RecordProof.$Properties
             * @property {string|null} [statement] RecordProof statement
             * @property {Array.<liaison.v1.Leaf.$Properties>|null} [own] RecordProof own
             * @property {number|null} [index] RecordProof index
             * @property {Array.<Uint8Array>|null} [path] RecordProof path
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RecordProof.
             * @memberof liaison.v1
             * @interface IRecordProof
             * @augments liaison.v1.RecordProof.$Properties
             * @deprecated Use liaison.v1.RecordProof.$Properties instead.
             */

            /**
             * Shape of a RecordProof.
             * @typedef {liaison.v1.RecordProof.$Properties} liaison.v1.RecordProof.$Shape
             */

            /**
             * Constructs a new RecordProof.
             * @memberof liaison.v1
             * @classdesc Represents a RecordProof.
             * @constructor
             * @param {liaison.v1.RecordProof.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RecordProof = function (properties) {
                this.own = [];
                this.path = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RecordProof statement.
             * @member {string} statement
             * @memberof liaison.v1.RecordProof
             * @instance
             */
            RecordProof.prototype.statement = "";

            /**
             * RecordProof own.
             * @member {Array.<liaison.v1.Leaf.$Properties>} own
             * @memberof liaison.v1.RecordProof
             * @instance
             */
            RecordProof.prototype.own = $util.emptyArray;

            /**
             * RecordProof index.
             * @member {number} index
             * @memberof liaison.v1.RecordProof
             * @instance
             */
            RecordProof.prototype.index = 0;

            /**
             * RecordProof path.
             * @member {Array.<Uint8Array>} path
             * @memberof liaison.v1.RecordProof
             * @instance
             */
            RecordProof.prototype.path = $util.emptyArray;

            /**
             * Encodes the specified RecordProof message. Does not implicitly {@link liaison.v1.RecordProof.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.RecordProof
             * @static
             * @param {liaison.v1.RecordProof.$Properties} message RecordProof message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RecordProof.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.statement);
                if (message.own != null && message.own.length)
                    for (let i = 0; i < message.own.length; ++i)
                        $root.liaison.v1.Leaf.encode(message.own[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && message.index !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.index);
                if (message.path != null && message.path.length)
                    for (let i = 0; i < message.path.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.path[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RecordProof message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.RecordProof
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.RecordProof & liaison.v1.RecordProof.$Shape} RecordProof
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RecordProof.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.RecordProof();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.own && message.own.length))
                                message.own = [];
                            message.own.push($root.liaison.v1.Leaf.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.path && message.path.length))
                                message.path = [];
                            message.path.push(reader.bytes());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RecordProof;
        })();

        v1.DeliveredItem = (function() {

            /**
             * Properties of a DeliveredItem.
             * @typedef {Object} liaison.v1.DeliveredItem.$Properties
             * @property {string|null} [notice] DeliveredItem notice
             * @property {liaison.v1.DeliveredAction.$Properties|null} [action] DeliveredItem action
             * @property {string|null} [request] DeliveredItem request
             * @property {liaison.v1.CommandPair.$Properties|null} [recall] DeliveredItem recall
             * @property {"notice"|"action"|"request"|"recall"} [item] DeliveredItem item
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DeliveredItem.
             * @memberof liaison.v1
             * @interface IDeliveredItem
             * @augments liaison.v1.DeliveredItem.$Properties
             * @deprecated Use liaison.v1.DeliveredItem.$Properties instead.
             */

            /**
             * Narrowed shape of a DeliveredItem.
             * @typedef {{
             *   notice?: string|null;
             *   action?: liaison.v1.DeliveredAction.$Shape|null;
             *   request?: string|null;
             *   recall?: liaison.v1.CommandPair.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ item?: undefined; notice?: null; action?: null; request?: null; recall?: null }|{ item?: "notice"; notice: string; action?: null; request?: null; recall?: null }|{ item?: "action"; notice?: null; action: liaison.v1.DeliveredAction.$Shape; request?: null; recall?: null }|{ item?: "request"; notice?: null; action?: null; request: string; recall?: null }|{ item?: "recall"; notice?: null; action?: null; request?: null; recall: liaison.v1.CommandPair.$Shape })
             * )} liaison.v1.DeliveredItem.$Shape
             */

            /**
             * Constructs a new DeliveredItem.
             * @memberof liaison.v1
             * @classdesc Represents a DeliveredItem.
             * @constructor
             * @param {liaison.v1.DeliveredItem.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DeliveredItem = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DeliveredItem notice.
             * @member {string|null|undefined} notice
             * @memberof liaison.v1.DeliveredItem
             * @instance
             */
            DeliveredItem.prototype.notice = null;

            /**
             * DeliveredItem action.
             * @member {liaison.v1.DeliveredAction.$Properties|null|undefined} action
             * @memberof liaison.v1.DeliveredItem
             * @instance
             */
            DeliveredItem.prototype.action = null;

            /**
             * DeliveredItem request.
             * @member {string|null|undefined} request
             * @memberof liaison.v1.DeliveredItem
             * @instance
             */
            DeliveredItem.prototype.request = null;

            /**
             * DeliveredItem recall.
             * @member {liaison.v1.CommandPair.$Properties|null|undefined} recall
             * @memberof liaison.v1.DeliveredItem
             * @instance
             */
            DeliveredItem.prototype.recall = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * DeliveredItem item.
             * @member {"notice"|"action"|"request"|"recall"|undefined} item
             * @memberof liaison.v1.DeliveredItem
             * @instance
             */
            $Object.defineProperty(DeliveredItem.prototype, "item", {
                get: $util.oneOfGetter($oneOfFields = ["notice", "action", "request", "recall"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified DeliveredItem message. Does not implicitly {@link liaison.v1.DeliveredItem.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.DeliveredItem
             * @static
             * @param {liaison.v1.DeliveredItem.$Properties} message DeliveredItem message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DeliveredItem.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.notice != null && $Object.hasOwnProperty.call(message, "notice"))
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.notice);
                if (message.action != null && $Object.hasOwnProperty.call(message, "action"))
                    $root.liaison.v1.DeliveredAction.encode(message.action, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.request);
                if (message.recall != null && $Object.hasOwnProperty.call(message, "recall"))
                    $root.liaison.v1.CommandPair.encode(message.recall, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DeliveredItem message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.DeliveredItem
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.DeliveredItem & liaison.v1.DeliveredItem.$Shape} DeliveredItem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DeliveredItem.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.DeliveredItem();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.notice = reader.stringVerify();
                            message.item = "notice";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.action = $root.liaison.v1.DeliveredAction.decode(reader, reader.size(), $undefined, _depth + 1, message.action);
                            message.item = "action";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.request = reader.stringVerify();
                            message.item = "request";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.recall = $root.liaison.v1.CommandPair.decode(reader, reader.size(), $undefined, _depth + 1, message.recall);
                            message.item = "recall";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DeliveredItem;
        })();

        v1.CommandPair = (function() {

            /**
             * Properties of a CommandPair.
             * @typedef {Object} liaison.v1.CommandPair.$Properties
             * @property {Uint8Array|null} [proposal] CommandPair proposal
             * @property {Uint8Array|null} [record] CommandPair record
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CommandPair.
             * @memberof liaison.v1
             * @interface ICommandPair
             * @augments liaison.v1.CommandPair.$Properties
             * @deprecated Use liaison.v1.CommandPair.$Properties instead.
             */

            /**
             * Shape of a CommandPair.
             * @typedef {liaison.v1.CommandPair.$Properties} liaison.v1.CommandPair.$Shape
             */

            /**
             * Constructs a new CommandPair.
             * @memberof liaison.v1
             * @classdesc Represents a CommandPair.
             * @constructor
             * @param {liaison.v1.CommandPair.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CommandPair = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CommandPair proposal.
             * @member {Uint8Array} proposal
             * @memberof liaison.v1.CommandPair
             * @instance
             */
            CommandPair.prototype.proposal = $util.newBuffer([]);

            /**
             * CommandPair record.
             * @member {Uint8Array} record
             * @memberof liaison.v1.CommandPair
             * @instance
             */
            CommandPair.prototype.record = $util.newBuffer([]);

            /**
             * Encodes the specified CommandPair message. Does not implicitly {@link liaison.v1.CommandPair.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.CommandPair
             * @static
             * @param {liaison.v1.CommandPair.$Properties} message CommandPair message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CommandPair.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.proposal != null && $Object.hasOwnProperty.call(message, "proposal") && message.proposal.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.proposal);
                if (message.record != null && $Object.hasOwnProperty.call(message, "record") && message.record.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.record);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CommandPair message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.CommandPair
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.CommandPair & liaison.v1.CommandPair.$Shape} CommandPair
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CommandPair.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.CommandPair();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.proposal = value;
                            else
                                delete message.proposal;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.record = value;
                            else
                                delete message.record;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CommandPair;
        })();

        v1.DeliveredAction = (function() {

            /**
             * Properties of a DeliveredAction.
             * @typedef {Object} liaison.v1.DeliveredAction.$Properties
             * @property {string|null} [statement] DeliveredAction statement
             * @property {liaison.v1.Leaf.$Properties|null} [leaf] DeliveredAction leaf
             * @property {number|null} [index] DeliveredAction index
             * @property {Array.<Uint8Array>|null} [path] DeliveredAction path
             * @property {string|null} [disclosure] DeliveredAction disclosure
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DeliveredAction.
             * @memberof liaison.v1
             * @interface IDeliveredAction
             * @augments liaison.v1.DeliveredAction.$Properties
             * @deprecated Use liaison.v1.DeliveredAction.$Properties instead.
             */

            /**
             * Shape of a DeliveredAction.
             * @typedef {liaison.v1.DeliveredAction.$Properties} liaison.v1.DeliveredAction.$Shape
             */

            /**
             * Constructs a new DeliveredAction.
             * @memberof liaison.v1
             * @classdesc Represents a DeliveredAction.
             * @constructor
             * @param {liaison.v1.DeliveredAction.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DeliveredAction = function (properties) {
                this.path = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DeliveredAction statement.
             * @member {string} statement
             * @memberof liaison.v1.DeliveredAction
             * @instance
             */
            DeliveredAction.prototype.statement = "";

            /**
             * DeliveredAction leaf.
             * @member {liaison.v1.Leaf.$Properties|null|undefined} leaf
             * @memberof liaison.v1.DeliveredAction
             * @instance
             */
            DeliveredAction.prototype.leaf = null;

            /**
             * DeliveredAction index.
             * @member {number} index
             * @memberof liaison.v1.DeliveredAction
             * @instance
             */
            DeliveredAction.prototype.index = 0;

            /**
             * DeliveredAction path.
             * @member {Array.<Uint8Array>} path
             * @memberof liaison.v1.DeliveredAction
             * @instance
             */
            DeliveredAction.prototype.path = $util.emptyArray;

            /**
             * DeliveredAction disclosure.
             * @member {string} disclosure
             * @memberof liaison.v1.DeliveredAction
             * @instance
             */
            DeliveredAction.prototype.disclosure = "";

            /**
             * Encodes the specified DeliveredAction message. Does not implicitly {@link liaison.v1.DeliveredAction.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.DeliveredAction
             * @static
             * @param {liaison.v1.DeliveredAction.$Properties} message DeliveredAction message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DeliveredAction.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.statement);
                if (message.leaf != null && $Object.hasOwnProperty.call(message, "leaf"))
                    $root.liaison.v1.Leaf.encode(message.leaf, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && message.index !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.index);
                if (message.path != null && message.path.length)
                    for (let i = 0; i < message.path.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.path[i]);
                if (message.disclosure != null && $Object.hasOwnProperty.call(message, "disclosure") && message.disclosure !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.disclosure);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DeliveredAction message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.DeliveredAction
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.DeliveredAction & liaison.v1.DeliveredAction.$Shape} DeliveredAction
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DeliveredAction.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.DeliveredAction();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.leaf = $root.liaison.v1.Leaf.decode(reader, reader.size(), $undefined, _depth + 1, message.leaf);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.path && message.path.length))
                                message.path = [];
                            message.path.push(reader.bytes());
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.disclosure = value;
                            else
                                delete message.disclosure;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DeliveredAction;
        })();

        v1.Record = (function() {

            /**
             * Properties of a Record.
             * @typedef {Object} liaison.v1.Record.$Properties
             * @property {number|null} [contract] Record contract
             * @property {liaison.v1.SignedSet.$Properties|null} [statement] Record statement
             * @property {Array.<string>|null} [receipts] Record receipts
             * @property {string|null} [command] Record command
             * @property {Array.<liaison.v1.Action.$Properties>|null} [actions] Record actions
             * @property {Array.<string>|null} [requests] Record requests
             * @property {Array.<string>|null} [changes] Record changes
             * @property {string|null} [receiptsStatement] Record receiptsStatement
             * @property {Array.<liaison.v1.Release.$Properties>|null} [releases] Record releases
             * @property {Array.<string>|null} [keyRequests] Record keyRequests
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Record.
             * @memberof liaison.v1
             * @interface IRecord
             * @augments liaison.v1.Record.$Properties
             * @deprecated Use liaison.v1.Record.$Properties instead.
             */

            /**
             * Shape of a Record.
             * @typedef {liaison.v1.Record.$Properties} liaison.v1.Record.$Shape
             */

            /**
             * Constructs a new Record.
             * @memberof liaison.v1
             * @classdesc Represents a Record.
             * @constructor
             * @param {liaison.v1.Record.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Record = function (properties) {
                this.receipts = [];
                this.actions = [];
                this.requests = [];
                this.changes = [];
                this.releases = [];
                this.keyRequests = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Record contract.
             * @member {number} contract
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.contract = 0;

            /**
             * Record statement.
             * @member {liaison.v1.SignedSet.$Properties|null|undefined} statement
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.statement = null;

            /**
             * Record receipts.
             * @member {Array.<string>} receipts
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.receipts = $util.emptyArray;

            /**
             * Record command.
             * @member {string} command
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.command = "";

            /**
             * Record actions.
             * @member {Array.<liaison.v1.Action.$Properties>} actions
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.actions = $util.emptyArray;

            /**
             * Record requests.
             * @member {Array.<string>} requests
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.requests = $util.emptyArray;

            /**
             * Record changes.
             * @member {Array.<string>} changes
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.changes = $util.emptyArray;

            /**
             * Record receiptsStatement.
             * @member {string} receiptsStatement
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.receiptsStatement = "";

            /**
             * Record releases.
             * @member {Array.<liaison.v1.Release.$Properties>} releases
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.releases = $util.emptyArray;

            /**
             * Record keyRequests.
             * @member {Array.<string>} keyRequests
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.keyRequests = $util.emptyArray;

            /**
             * Encodes the specified Record message. Does not implicitly {@link liaison.v1.Record.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.Record
             * @static
             * @param {liaison.v1.Record.$Properties} message Record message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Record.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement"))
                    $root.liaison.v1.SignedSet.encode(message.statement, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.receipts != null && message.receipts.length)
                    for (let i = 0; i < message.receipts.length; ++i)
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.receipts[i]);
                if (message.command != null && $Object.hasOwnProperty.call(message, "command") && message.command !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.command);
                if (message.actions != null && message.actions.length)
                    for (let i = 0; i < message.actions.length; ++i)
                        $root.liaison.v1.Action.encode(message.actions[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.requests != null && message.requests.length)
                    for (let i = 0; i < message.requests.length; ++i)
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.requests[i]);
                if (message.changes != null && message.changes.length)
                    for (let i = 0; i < message.changes.length; ++i)
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.changes[i]);
                if (message.receiptsStatement != null && $Object.hasOwnProperty.call(message, "receiptsStatement") && message.receiptsStatement !== "")
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.receiptsStatement);
                if (message.releases != null && message.releases.length)
                    for (let i = 0; i < message.releases.length; ++i)
                        $root.liaison.v1.Release.encode(message.releases[i], writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.keyRequests != null && message.keyRequests.length)
                    for (let i = 0; i < message.keyRequests.length; ++i)
                        writer.uint32(/* id 10, wireType 2 =*/82).string(message.keyRequests[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Record message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.Record
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.Record & liaison.v1.Record.$Shape} Record
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Record.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.Record();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.statement = $root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1, message.statement);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.receipts && message.receipts.length))
                                message.receipts = [];
                            message.receipts.push(reader.stringVerify());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.command = value;
                            else
                                delete message.command;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.actions && message.actions.length))
                                message.actions = [];
                            message.actions.push($root.liaison.v1.Action.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.requests && message.requests.length))
                                message.requests = [];
                            message.requests.push(reader.stringVerify());
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.changes && message.changes.length))
                                message.changes = [];
                            message.changes.push(reader.stringVerify());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.receiptsStatement = value;
                            else
                                delete message.receiptsStatement;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.releases && message.releases.length))
                                message.releases = [];
                            message.releases.push($root.liaison.v1.Release.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.keyRequests && message.keyRequests.length))
                                message.keyRequests = [];
                            message.keyRequests.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Record;
        })();

        v1.Receipt = (function() {

            /**
             * Properties of a Receipt.
             * @typedef {Object} liaison.v1.Receipt.$Properties
             * @property {string|null} [statement] Receipt statement
             * @property {string|null} [delivery] Receipt delivery
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Receipt.
             * @memberof liaison.v1
             * @interface IReceipt
             * @augments liaison.v1.Receipt.$Properties
             * @deprecated Use liaison.v1.Receipt.$Properties instead.
             */

            /**
             * Shape of a Receipt.
             * @typedef {liaison.v1.Receipt.$Properties} liaison.v1.Receipt.$Shape
             */

            /**
             * Constructs a new Receipt.
             * @memberof liaison.v1
             * @classdesc Represents a Receipt.
             * @constructor
             * @param {liaison.v1.Receipt.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Receipt = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Receipt statement.
             * @member {string} statement
             * @memberof liaison.v1.Receipt
             * @instance
             */
            Receipt.prototype.statement = "";

            /**
             * Receipt delivery.
             * @member {string} delivery
             * @memberof liaison.v1.Receipt
             * @instance
             */
            Receipt.prototype.delivery = "";

            /**
             * Encodes the specified Receipt message. Does not implicitly {@link liaison.v1.Receipt.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.Receipt
             * @static
             * @param {liaison.v1.Receipt.$Properties} message Receipt message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Receipt.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.statement);
                if (message.delivery != null && $Object.hasOwnProperty.call(message, "delivery") && message.delivery !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.delivery);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Receipt message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.Receipt
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.Receipt & liaison.v1.Receipt.$Shape} Receipt
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Receipt.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.Receipt();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.delivery = value;
                            else
                                delete message.delivery;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Receipt;
        })();

        v1.ReceiptFrame = (function() {

            /**
             * Properties of a ReceiptFrame.
             * @typedef {Object} liaison.v1.ReceiptFrame.$Properties
             * @property {number|null} [contract] ReceiptFrame contract
             * @property {string|null} [statement] ReceiptFrame statement
             * @property {Array.<liaison.v1.Receipt.$Properties>|null} [receipts] ReceiptFrame receipts
             * @property {Array.<string>|null} [changes] ReceiptFrame changes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReceiptFrame.
             * @memberof liaison.v1
             * @interface IReceiptFrame
             * @augments liaison.v1.ReceiptFrame.$Properties
             * @deprecated Use liaison.v1.ReceiptFrame.$Properties instead.
             */

            /**
             * Shape of a ReceiptFrame.
             * @typedef {liaison.v1.ReceiptFrame.$Properties} liaison.v1.ReceiptFrame.$Shape
             */

            /**
             * Constructs a new ReceiptFrame.
             * @memberof liaison.v1
             * @classdesc Represents a ReceiptFrame.
             * @constructor
             * @param {liaison.v1.ReceiptFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReceiptFrame = function (properties) {
                this.receipts = [];
                this.changes = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReceiptFrame contract.
             * @member {number} contract
             * @memberof liaison.v1.ReceiptFrame
             * @instance
             */
            ReceiptFrame.prototype.contract = 0;

            /**
             * ReceiptFrame statement.
             * @member {string} statement
             * @memberof liaison.v1.ReceiptFrame
             * @instance
             */
            ReceiptFrame.prototype.statement = "";

            /**
             * ReceiptFrame receipts.
             * @member {Array.<liaison.v1.Receipt.$Properties>} receipts
             * @memberof liaison.v1.ReceiptFrame
             * @instance
             */
            ReceiptFrame.prototype.receipts = $util.emptyArray;

            /**
             * ReceiptFrame changes.
             * @member {Array.<string>} changes
             * @memberof liaison.v1.ReceiptFrame
             * @instance
             */
            ReceiptFrame.prototype.changes = $util.emptyArray;

            /**
             * Encodes the specified ReceiptFrame message. Does not implicitly {@link liaison.v1.ReceiptFrame.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.ReceiptFrame
             * @static
             * @param {liaison.v1.ReceiptFrame.$Properties} message ReceiptFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReceiptFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.statement);
                if (message.receipts != null && message.receipts.length)
                    for (let i = 0; i < message.receipts.length; ++i)
                        $root.liaison.v1.Receipt.encode(message.receipts[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.changes != null && message.changes.length)
                    for (let i = 0; i < message.changes.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.changes[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReceiptFrame message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.ReceiptFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.ReceiptFrame & liaison.v1.ReceiptFrame.$Shape} ReceiptFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReceiptFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.ReceiptFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.receipts && message.receipts.length))
                                message.receipts = [];
                            message.receipts.push($root.liaison.v1.Receipt.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.changes && message.changes.length))
                                message.changes = [];
                            message.changes.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReceiptFrame;
        })();

        v1.ReceiptForward = (function() {

            /**
             * Properties of a ReceiptForward.
             * @typedef {Object} liaison.v1.ReceiptForward.$Properties
             * @property {number|null} [contract] ReceiptForward contract
             * @property {Array.<liaison.v1.Receipt.$Properties>|null} [receipts] ReceiptForward receipts
             * @property {string|null} [recorded] ReceiptForward recorded
             * @property {Array.<string>|null} [changes] ReceiptForward changes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReceiptForward.
             * @memberof liaison.v1
             * @interface IReceiptForward
             * @augments liaison.v1.ReceiptForward.$Properties
             * @deprecated Use liaison.v1.ReceiptForward.$Properties instead.
             */

            /**
             * Shape of a ReceiptForward.
             * @typedef {liaison.v1.ReceiptForward.$Properties} liaison.v1.ReceiptForward.$Shape
             */

            /**
             * Constructs a new ReceiptForward.
             * @memberof liaison.v1
             * @classdesc Represents a ReceiptForward.
             * @constructor
             * @param {liaison.v1.ReceiptForward.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReceiptForward = function (properties) {
                this.receipts = [];
                this.changes = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReceiptForward contract.
             * @member {number} contract
             * @memberof liaison.v1.ReceiptForward
             * @instance
             */
            ReceiptForward.prototype.contract = 0;

            /**
             * ReceiptForward receipts.
             * @member {Array.<liaison.v1.Receipt.$Properties>} receipts
             * @memberof liaison.v1.ReceiptForward
             * @instance
             */
            ReceiptForward.prototype.receipts = $util.emptyArray;

            /**
             * ReceiptForward recorded.
             * @member {string} recorded
             * @memberof liaison.v1.ReceiptForward
             * @instance
             */
            ReceiptForward.prototype.recorded = "";

            /**
             * ReceiptForward changes.
             * @member {Array.<string>} changes
             * @memberof liaison.v1.ReceiptForward
             * @instance
             */
            ReceiptForward.prototype.changes = $util.emptyArray;

            /**
             * Encodes the specified ReceiptForward message. Does not implicitly {@link liaison.v1.ReceiptForward.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.ReceiptForward
             * @static
             * @param {liaison.v1.ReceiptForward.$Properties} message ReceiptForward message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReceiptForward.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.receipts != null && message.receipts.length)
                    for (let i = 0; i < message.receipts.length; ++i)
                        $root.liaison.v1.Receipt.encode(message.receipts[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.recorded != null && $Object.hasOwnProperty.call(message, "recorded") && message.recorded !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.recorded);
                if (message.changes != null && message.changes.length)
                    for (let i = 0; i < message.changes.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.changes[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReceiptForward message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.ReceiptForward
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.ReceiptForward & liaison.v1.ReceiptForward.$Shape} ReceiptForward
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReceiptForward.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.ReceiptForward();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.receipts && message.receipts.length))
                                message.receipts = [];
                            message.receipts.push($root.liaison.v1.Receipt.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.recorded = value;
                            else
                                delete message.recorded;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.changes && message.changes.length))
                                message.changes = [];
                            message.changes.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReceiptForward;
        })();

        v1.QueryFrame = (function() {

            /**
             * Properties of a QueryFrame.
             * @typedef {Object} liaison.v1.QueryFrame.$Properties
             * @property {number|null} [contract] QueryFrame contract
             * @property {string|null} [query] QueryFrame query
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a QueryFrame.
             * @memberof liaison.v1
             * @interface IQueryFrame
             * @augments liaison.v1.QueryFrame.$Properties
             * @deprecated Use liaison.v1.QueryFrame.$Properties instead.
             */

            /**
             * Shape of a QueryFrame.
             * @typedef {liaison.v1.QueryFrame.$Properties} liaison.v1.QueryFrame.$Shape
             */

            /**
             * Constructs a new QueryFrame.
             * @memberof liaison.v1
             * @classdesc Represents a QueryFrame.
             * @constructor
             * @param {liaison.v1.QueryFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const QueryFrame = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * QueryFrame contract.
             * @member {number} contract
             * @memberof liaison.v1.QueryFrame
             * @instance
             */
            QueryFrame.prototype.contract = 0;

            /**
             * QueryFrame query.
             * @member {string} query
             * @memberof liaison.v1.QueryFrame
             * @instance
             */
            QueryFrame.prototype.query = "";

            /**
             * Encodes the specified QueryFrame message. Does not implicitly {@link liaison.v1.QueryFrame.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.QueryFrame
             * @static
             * @param {liaison.v1.QueryFrame.$Properties} message QueryFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            QueryFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.query != null && $Object.hasOwnProperty.call(message, "query") && message.query !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.query);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a QueryFrame message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.QueryFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.QueryFrame & liaison.v1.QueryFrame.$Shape} QueryFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            QueryFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.QueryFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.query = value;
                            else
                                delete message.query;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return QueryFrame;
        })();

        v1.AnswerFrame = (function() {

            /**
             * Properties of an AnswerFrame.
             * @typedef {Object} liaison.v1.AnswerFrame.$Properties
             * @property {number|null} [contract] AnswerFrame contract
             * @property {string|null} [answer] AnswerFrame answer
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AnswerFrame.
             * @memberof liaison.v1
             * @interface IAnswerFrame
             * @augments liaison.v1.AnswerFrame.$Properties
             * @deprecated Use liaison.v1.AnswerFrame.$Properties instead.
             */

            /**
             * Shape of an AnswerFrame.
             * @typedef {liaison.v1.AnswerFrame.$Properties} liaison.v1.AnswerFrame.$Shape
             */

            /**
             * Constructs a new AnswerFrame.
             * @memberof liaison.v1
             * @classdesc Represents an AnswerFrame.
             * @constructor
             * @param {liaison.v1.AnswerFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AnswerFrame = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AnswerFrame contract.
             * @member {number} contract
             * @memberof liaison.v1.AnswerFrame
             * @instance
             */
            AnswerFrame.prototype.contract = 0;

            /**
             * AnswerFrame answer.
             * @member {string} answer
             * @memberof liaison.v1.AnswerFrame
             * @instance
             */
            AnswerFrame.prototype.answer = "";

            /**
             * Encodes the specified AnswerFrame message. Does not implicitly {@link liaison.v1.AnswerFrame.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.AnswerFrame
             * @static
             * @param {liaison.v1.AnswerFrame.$Properties} message AnswerFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AnswerFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.answer != null && $Object.hasOwnProperty.call(message, "answer") && message.answer !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.answer);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AnswerFrame message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.AnswerFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.AnswerFrame & liaison.v1.AnswerFrame.$Shape} AnswerFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AnswerFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.AnswerFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.answer = value;
                            else
                                delete message.answer;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AnswerFrame;
        })();

        v1.Quarantined = (function() {

            /**
             * Properties of a Quarantined.
             * @typedef {Object} liaison.v1.Quarantined.$Properties
             * @property {number|null} [contract] Quarantined contract
             * @property {string|null} [statement] Quarantined statement
             * @property {Uint8Array|null} [bytes] Quarantined bytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Quarantined.
             * @memberof liaison.v1
             * @interface IQuarantined
             * @augments liaison.v1.Quarantined.$Properties
             * @deprecated Use liaison.v1.Quarantined.$Properties instead.
             */

            /**
             * Shape of a Quarantined.
             * @typedef {liaison.v1.Quarantined.$Properties} liaison.v1.Quarantined.$Shape
             */

            /**
             * Constructs a new Quarantined.
             * @memberof liaison.v1
             * @classdesc Represents a Quarantined.
             * @constructor
             * @param {liaison.v1.Quarantined.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Quarantined = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Quarantined contract.
             * @member {number} contract
             * @memberof liaison.v1.Quarantined
             * @instance
             */
            Quarantined.prototype.contract = 0;

            /**
             * Quarantined statement.
             * @member {string} statement
             * @memberof liaison.v1.Quarantined
             * @instance
             */
            Quarantined.prototype.statement = "";

            /**
             * Quarantined bytes.
             * @member {Uint8Array} bytes
             * @memberof liaison.v1.Quarantined
             * @instance
             */
            Quarantined.prototype.bytes = $util.newBuffer([]);

            /**
             * Encodes the specified Quarantined message. Does not implicitly {@link liaison.v1.Quarantined.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.Quarantined
             * @static
             * @param {liaison.v1.Quarantined.$Properties} message Quarantined message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Quarantined.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.statement);
                if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && message.bytes.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.bytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Quarantined message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.Quarantined
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.Quarantined & liaison.v1.Quarantined.$Shape} Quarantined
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Quarantined.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.Quarantined();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.bytes = value;
                            else
                                delete message.bytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Quarantined;
        })();

        v1.CheckpointFrame = (function() {

            /**
             * Properties of a CheckpointFrame.
             * @typedef {Object} liaison.v1.CheckpointFrame.$Properties
             * @property {number|null} [contract] CheckpointFrame contract
             * @property {string|null} [heartbeat] CheckpointFrame heartbeat
             * @property {string|null} [note] CheckpointFrame note
             * @property {Array.<Uint8Array>|null} [proof] CheckpointFrame proof
             * @property {Array.<string>|null} [cosignatures] CheckpointFrame cosignatures
             * @property {liaison.v1.CommandPair.$Properties|null} [recovery] CheckpointFrame recovery
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CheckpointFrame.
             * @memberof liaison.v1
             * @interface ICheckpointFrame
             * @augments liaison.v1.CheckpointFrame.$Properties
             * @deprecated Use liaison.v1.CheckpointFrame.$Properties instead.
             */

            /**
             * Shape of a CheckpointFrame.
             * @typedef {liaison.v1.CheckpointFrame.$Properties} liaison.v1.CheckpointFrame.$Shape
             */

            /**
             * Constructs a new CheckpointFrame.
             * @memberof liaison.v1
             * @classdesc Represents a CheckpointFrame.
             * @constructor
             * @param {liaison.v1.CheckpointFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CheckpointFrame = function (properties) {
                this.proof = [];
                this.cosignatures = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CheckpointFrame contract.
             * @member {number} contract
             * @memberof liaison.v1.CheckpointFrame
             * @instance
             */
            CheckpointFrame.prototype.contract = 0;

            /**
             * CheckpointFrame heartbeat.
             * @member {string} heartbeat
             * @memberof liaison.v1.CheckpointFrame
             * @instance
             */
            CheckpointFrame.prototype.heartbeat = "";

            /**
             * CheckpointFrame note.
             * @member {string} note
             * @memberof liaison.v1.CheckpointFrame
             * @instance
             */
            CheckpointFrame.prototype.note = "";

            /**
             * CheckpointFrame proof.
             * @member {Array.<Uint8Array>} proof
             * @memberof liaison.v1.CheckpointFrame
             * @instance
             */
            CheckpointFrame.prototype.proof = $util.emptyArray;

            /**
             * CheckpointFrame cosignatures.
             * @member {Array.<string>} cosignatures
             * @memberof liaison.v1.CheckpointFrame
             * @instance
             */
            CheckpointFrame.prototype.cosignatures = $util.emptyArray;

            /**
             * CheckpointFrame recovery.
             * @member {liaison.v1.CommandPair.$Properties|null|undefined} recovery
             * @memberof liaison.v1.CheckpointFrame
             * @instance
             */
            CheckpointFrame.prototype.recovery = null;

            /**
             * Encodes the specified CheckpointFrame message. Does not implicitly {@link liaison.v1.CheckpointFrame.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.CheckpointFrame
             * @static
             * @param {liaison.v1.CheckpointFrame.$Properties} message CheckpointFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CheckpointFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat") && message.heartbeat !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.heartbeat);
                if (message.note != null && $Object.hasOwnProperty.call(message, "note") && message.note !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.note);
                if (message.proof != null && message.proof.length)
                    for (let i = 0; i < message.proof.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.proof[i]);
                if (message.cosignatures != null && message.cosignatures.length)
                    for (let i = 0; i < message.cosignatures.length; ++i)
                        writer.uint32(/* id 5, wireType 2 =*/42).string(message.cosignatures[i]);
                if (message.recovery != null && $Object.hasOwnProperty.call(message, "recovery"))
                    $root.liaison.v1.CommandPair.encode(message.recovery, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CheckpointFrame message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.CheckpointFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.CheckpointFrame & liaison.v1.CheckpointFrame.$Shape} CheckpointFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CheckpointFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.CheckpointFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.heartbeat = value;
                            else
                                delete message.heartbeat;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.note = value;
                            else
                                delete message.note;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.proof && message.proof.length))
                                message.proof = [];
                            message.proof.push(reader.bytes());
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.cosignatures && message.cosignatures.length))
                                message.cosignatures = [];
                            message.cosignatures.push(reader.stringVerify());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.recovery = $root.liaison.v1.CommandPair.decode(reader, reader.size(), $undefined, _depth + 1, message.recovery);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CheckpointFrame;
        })();

        v1.DirectoryFrame = (function() {

            /**
             * Properties of a DirectoryFrame.
             * @typedef {Object} liaison.v1.DirectoryFrame.$Properties
             * @property {number|null} [contract] DirectoryFrame contract
             * @property {liaison.v1.SignedSet.$Properties|null} [directory] DirectoryFrame directory
             * @property {liaison.v1.SignedSet.$Properties|null} [amendment] DirectoryFrame amendment
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DirectoryFrame.
             * @memberof liaison.v1
             * @interface IDirectoryFrame
             * @augments liaison.v1.DirectoryFrame.$Properties
             * @deprecated Use liaison.v1.DirectoryFrame.$Properties instead.
             */

            /**
             * Shape of a DirectoryFrame.
             * @typedef {liaison.v1.DirectoryFrame.$Properties} liaison.v1.DirectoryFrame.$Shape
             */

            /**
             * Constructs a new DirectoryFrame.
             * @memberof liaison.v1
             * @classdesc Represents a DirectoryFrame.
             * @constructor
             * @param {liaison.v1.DirectoryFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DirectoryFrame = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DirectoryFrame contract.
             * @member {number} contract
             * @memberof liaison.v1.DirectoryFrame
             * @instance
             */
            DirectoryFrame.prototype.contract = 0;

            /**
             * DirectoryFrame directory.
             * @member {liaison.v1.SignedSet.$Properties|null|undefined} directory
             * @memberof liaison.v1.DirectoryFrame
             * @instance
             */
            DirectoryFrame.prototype.directory = null;

            /**
             * DirectoryFrame amendment.
             * @member {liaison.v1.SignedSet.$Properties|null|undefined} amendment
             * @memberof liaison.v1.DirectoryFrame
             * @instance
             */
            DirectoryFrame.prototype.amendment = null;

            /**
             * Encodes the specified DirectoryFrame message. Does not implicitly {@link liaison.v1.DirectoryFrame.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.DirectoryFrame
             * @static
             * @param {liaison.v1.DirectoryFrame.$Properties} message DirectoryFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DirectoryFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.contract != null && $Object.hasOwnProperty.call(message, "contract") && message.contract !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.contract);
                if (message.directory != null && $Object.hasOwnProperty.call(message, "directory"))
                    $root.liaison.v1.SignedSet.encode(message.directory, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.amendment != null && $Object.hasOwnProperty.call(message, "amendment"))
                    $root.liaison.v1.SignedSet.encode(message.amendment, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DirectoryFrame message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.DirectoryFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.DirectoryFrame & liaison.v1.DirectoryFrame.$Shape} DirectoryFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DirectoryFrame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.liaison.v1.DirectoryFrame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.contract = value;
                            else
                                delete message.contract;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.directory = $root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1, message.directory);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.amendment = $root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1, message.amendment);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DirectoryFrame;
        })();

        return v1;
    })();

    return liaison;
})();

export {
  $root as default
};
