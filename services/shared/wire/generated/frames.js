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

        v1.Submission = (function() {

            /**
             * Properties of a Submission.
             * @typedef {Object} liaison.v1.Submission.$Properties
             * @property {string|null} [statement] Submission statement
             * @property {Array.<string>|null} [notices] Submission notices
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
             * @typedef {liaison.v1.Submission.$Properties} liaison.v1.Submission.$Shape
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
                this.notices = [];
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
             * Submission notices.
             * @member {Array.<string>} notices
             * @memberof liaison.v1.Submission
             * @instance
             */
            Submission.prototype.notices = $util.emptyArray;

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
                if (message.notices != null && message.notices.length)
                    for (let i = 0; i < message.notices.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.notices[i]);
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
                            if (!(message.notices && message.notices.length))
                                message.notices = [];
                            message.notices.push(reader.stringVerify());
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

        v1.NoticeFrame = (function() {

            /**
             * Properties of a NoticeFrame.
             * @typedef {Object} liaison.v1.NoticeFrame.$Properties
             * @property {Uint8Array|null} [submission] NoticeFrame submission
             * @property {liaison.v1.Record.$Properties|null} [report] NoticeFrame report
             * @property {string|null} [traceparent] NoticeFrame traceparent
             * @property {Array.<liaison.v1.Record.$Properties>|null} [narrowings] NoticeFrame narrowings
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a NoticeFrame.
             * @memberof liaison.v1
             * @interface INoticeFrame
             * @augments liaison.v1.NoticeFrame.$Properties
             * @deprecated Use liaison.v1.NoticeFrame.$Properties instead.
             */

            /**
             * Shape of a NoticeFrame.
             * @typedef {liaison.v1.NoticeFrame.$Properties} liaison.v1.NoticeFrame.$Shape
             */

            /**
             * Constructs a new NoticeFrame.
             * @memberof liaison.v1
             * @classdesc Represents a NoticeFrame.
             * @constructor
             * @param {liaison.v1.NoticeFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const NoticeFrame = function (properties) {
                this.narrowings = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * NoticeFrame submission.
             * @member {Uint8Array} submission
             * @memberof liaison.v1.NoticeFrame
             * @instance
             */
            NoticeFrame.prototype.submission = $util.newBuffer([]);

            /**
             * NoticeFrame report.
             * @member {liaison.v1.Record.$Properties|null|undefined} report
             * @memberof liaison.v1.NoticeFrame
             * @instance
             */
            NoticeFrame.prototype.report = null;

            /**
             * NoticeFrame traceparent.
             * @member {string} traceparent
             * @memberof liaison.v1.NoticeFrame
             * @instance
             */
            NoticeFrame.prototype.traceparent = "";

            /**
             * NoticeFrame narrowings.
             * @member {Array.<liaison.v1.Record.$Properties>} narrowings
             * @memberof liaison.v1.NoticeFrame
             * @instance
             */
            NoticeFrame.prototype.narrowings = $util.emptyArray;

            /**
             * Encodes the specified NoticeFrame message. Does not implicitly {@link liaison.v1.NoticeFrame.verify|verify} messages.
             * @function encode
             * @memberof liaison.v1.NoticeFrame
             * @static
             * @param {liaison.v1.NoticeFrame.$Properties} message NoticeFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            NoticeFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.submission != null && $Object.hasOwnProperty.call(message, "submission") && message.submission.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.submission);
                if (message.report != null && $Object.hasOwnProperty.call(message, "report"))
                    $root.liaison.v1.Record.encode(message.report, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.traceparent != null && $Object.hasOwnProperty.call(message, "traceparent") && message.traceparent !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.traceparent);
                if (message.narrowings != null && message.narrowings.length)
                    for (let i = 0; i < message.narrowings.length; ++i)
                        $root.liaison.v1.Record.encode(message.narrowings[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a NoticeFrame message from the specified reader or buffer.
             * @function decode
             * @memberof liaison.v1.NoticeFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {liaison.v1.NoticeFrame & liaison.v1.NoticeFrame.$Shape} NoticeFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            NoticeFrame.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.liaison.v1.NoticeFrame();
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
                                message.submission = value;
                            else
                                delete message.submission;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.report = $root.liaison.v1.Record.decode(reader, reader.size(), $undefined, _depth + 1, message.report);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.traceparent = value;
                            else
                                delete message.traceparent;
                            continue;
                        }
                    case 4: {
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

            return NoticeFrame;
        })();

        v1.DeliveryFrame = (function() {

            /**
             * Properties of a DeliveryFrame.
             * @typedef {Object} liaison.v1.DeliveryFrame.$Properties
             * @property {liaison.v1.SignedSet.$Properties|null} [statement] DeliveryFrame statement
             * @property {Array.<string>|null} [notices] DeliveryFrame notices
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
             * @typedef {liaison.v1.DeliveryFrame.$Properties} liaison.v1.DeliveryFrame.$Shape
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
                this.notices = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DeliveryFrame statement.
             * @member {liaison.v1.SignedSet.$Properties|null|undefined} statement
             * @memberof liaison.v1.DeliveryFrame
             * @instance
             */
            DeliveryFrame.prototype.statement = null;

            /**
             * DeliveryFrame notices.
             * @member {Array.<string>} notices
             * @memberof liaison.v1.DeliveryFrame
             * @instance
             */
            DeliveryFrame.prototype.notices = $util.emptyArray;

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
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement"))
                    $root.liaison.v1.SignedSet.encode(message.statement, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.notices != null && message.notices.length)
                    for (let i = 0; i < message.notices.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.notices[i]);
                if (message.traceparent != null && $Object.hasOwnProperty.call(message, "traceparent") && message.traceparent !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.traceparent);
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
                            if (wireType !== 2)
                                break;
                            message.statement = $root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1, message.statement);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.notices && message.notices.length))
                                message.notices = [];
                            message.notices.push(reader.stringVerify());
                            continue;
                        }
                    case 3: {
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

        v1.Record = (function() {

            /**
             * Properties of a Record.
             * @typedef {Object} liaison.v1.Record.$Properties
             * @property {liaison.v1.SignedSet.$Properties|null} [statement] Record statement
             * @property {Array.<liaison.v1.SignedSet.$Properties>|null} [receipts] Record receipts
             * @property {string|null} [command] Record command
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
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Record statement.
             * @member {liaison.v1.SignedSet.$Properties|null|undefined} statement
             * @memberof liaison.v1.Record
             * @instance
             */
            Record.prototype.statement = null;

            /**
             * Record receipts.
             * @member {Array.<liaison.v1.SignedSet.$Properties>} receipts
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
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement"))
                    $root.liaison.v1.SignedSet.encode(message.statement, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.receipts != null && message.receipts.length)
                    for (let i = 0; i < message.receipts.length; ++i)
                        $root.liaison.v1.SignedSet.encode(message.receipts[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.command != null && $Object.hasOwnProperty.call(message, "command") && message.command !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.command);
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
                            if (wireType !== 2)
                                break;
                            message.statement = $root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1, message.statement);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.receipts && message.receipts.length))
                                message.receipts = [];
                            message.receipts.push($root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.command = value;
                            else
                                delete message.command;
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
             * @property {liaison.v1.SignedSet.$Properties|null} [statement] Receipt statement
             * @property {liaison.v1.SignedSet.$Properties|null} [delivery] Receipt delivery
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
             * @member {liaison.v1.SignedSet.$Properties|null|undefined} statement
             * @memberof liaison.v1.Receipt
             * @instance
             */
            Receipt.prototype.statement = null;

            /**
             * Receipt delivery.
             * @member {liaison.v1.SignedSet.$Properties|null|undefined} delivery
             * @memberof liaison.v1.Receipt
             * @instance
             */
            Receipt.prototype.delivery = null;

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
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement"))
                    $root.liaison.v1.SignedSet.encode(message.statement, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.delivery != null && $Object.hasOwnProperty.call(message, "delivery"))
                    $root.liaison.v1.SignedSet.encode(message.delivery, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
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
                            message.statement = $root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1, message.statement);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.delivery = $root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1, message.delivery);
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
             * @property {Array.<liaison.v1.Receipt.$Properties>|null} [receipts] ReceiptFrame receipts
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
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReceiptFrame receipts.
             * @member {Array.<liaison.v1.Receipt.$Properties>} receipts
             * @memberof liaison.v1.ReceiptFrame
             * @instance
             */
            ReceiptFrame.prototype.receipts = $util.emptyArray;

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
                if (message.receipts != null && message.receipts.length)
                    for (let i = 0; i < message.receipts.length; ++i)
                        $root.liaison.v1.Receipt.encode(message.receipts[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
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
                            if (wireType !== 2)
                                break;
                            if (!(message.receipts && message.receipts.length))
                                message.receipts = [];
                            message.receipts.push($root.liaison.v1.Receipt.decode(reader, reader.size(), $undefined, _depth + 1));
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
             * @property {Array.<liaison.v1.SignedSet.$Properties>|null} [receipts] ReceiptForward receipts
             * @property {string|null} [recorded] ReceiptForward recorded
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
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReceiptForward receipts.
             * @member {Array.<liaison.v1.SignedSet.$Properties>} receipts
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
                if (message.receipts != null && message.receipts.length)
                    for (let i = 0; i < message.receipts.length; ++i)
                        $root.liaison.v1.SignedSet.encode(message.receipts[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.recorded != null && $Object.hasOwnProperty.call(message, "recorded") && message.recorded !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.recorded);
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
                            if (wireType !== 2)
                                break;
                            if (!(message.receipts && message.receipts.length))
                                message.receipts = [];
                            message.receipts.push($root.liaison.v1.SignedSet.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.recorded = value;
                            else
                                delete message.recorded;
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
                if (message.query != null && $Object.hasOwnProperty.call(message, "query") && message.query !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.query);
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
                if (message.answer != null && $Object.hasOwnProperty.call(message, "answer") && message.answer !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.answer);
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
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.statement);
                if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && message.bytes.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.bytes);
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

        return v1;
    })();

    return liaison;
})();

export {
  $root as default
};
