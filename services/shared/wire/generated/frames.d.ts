import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace liaison. */
export namespace liaison {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a Leaf.
         * @deprecated Use liaison.v1.Leaf.$Properties instead.
         */
        interface ILeaf extends liaison.v1.Leaf.$Properties {
        }

        /** Represents a Leaf. */
        class Leaf {

            /**
             * Constructs a new Leaf.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.Leaf.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Leaf salt. */
            salt: Uint8Array;

            /** Leaf part. */
            part: Uint8Array;

            /**
             * Encodes the specified Leaf message. Does not implicitly {@link liaison.v1.Leaf.verify|verify} messages.
             * @param message Leaf message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.Leaf.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Leaf message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.Leaf & liaison.v1.Leaf.$Shape} Leaf
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.Leaf & liaison.v1.Leaf.$Shape;
        }

        namespace Leaf {

            /** Properties of a Leaf. */
            interface $Properties {

                /** Leaf salt */
                salt?: (Uint8Array|null);

                /** Leaf part */
                part?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Leaf. */
            type $Shape = liaison.v1.Leaf.$Properties;
        }

        /**
         * Properties of a SignedSet.
         * @deprecated Use liaison.v1.SignedSet.$Properties instead.
         */
        interface ISignedSet extends liaison.v1.SignedSet.$Properties {
        }

        /** Represents a SignedSet. */
        class SignedSet {

            /**
             * Constructs a new SignedSet.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.SignedSet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SignedSet statement. */
            statement: string;

            /** SignedSet leaves. */
            leaves: liaison.v1.Leaf.$Properties[];

            /**
             * Encodes the specified SignedSet message. Does not implicitly {@link liaison.v1.SignedSet.verify|verify} messages.
             * @param message SignedSet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.SignedSet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SignedSet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.SignedSet & liaison.v1.SignedSet.$Shape} SignedSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.SignedSet & liaison.v1.SignedSet.$Shape;
        }

        namespace SignedSet {

            /** Properties of a SignedSet. */
            interface $Properties {

                /** SignedSet statement */
                statement?: (string|null);

                /** SignedSet leaves */
                leaves?: (liaison.v1.Leaf.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SignedSet. */
            type $Shape = liaison.v1.SignedSet.$Properties;
        }

        /**
         * Properties of an Action.
         * @deprecated Use liaison.v1.Action.$Properties instead.
         */
        interface IAction extends liaison.v1.Action.$Properties {
        }

        /** Represents an Action. */
        class Action {

            /**
             * Constructs a new Action.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.Action.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Action statement. */
            statement: string;

            /** Action leaves. */
            leaves: liaison.v1.ActionLeaf.$Properties[];

            /** Action disclosures. */
            disclosures: string[];

            /**
             * Encodes the specified Action message. Does not implicitly {@link liaison.v1.Action.verify|verify} messages.
             * @param message Action message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.Action.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Action message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.Action & liaison.v1.Action.$Shape} Action
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.Action & liaison.v1.Action.$Shape;
        }

        namespace Action {

            /** Properties of an Action. */
            interface $Properties {

                /** Action statement */
                statement?: (string|null);

                /** Action leaves */
                leaves?: (liaison.v1.ActionLeaf.$Properties[]|null);

                /** Action disclosures */
                disclosures?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Action. */
            type $Shape = liaison.v1.Action.$Properties;
        }

        /**
         * Properties of an ActionLeaf.
         * @deprecated Use liaison.v1.ActionLeaf.$Properties instead.
         */
        interface IActionLeaf extends liaison.v1.ActionLeaf.$Properties {
        }

        /** Represents an ActionLeaf. */
        class ActionLeaf {

            /**
             * Constructs a new ActionLeaf.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.ActionLeaf.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ActionLeaf leaf. */
            leaf?: (liaison.v1.Leaf.$Properties|null);

            /** ActionLeaf hash. */
            hash: Uint8Array;

            /**
             * Encodes the specified ActionLeaf message. Does not implicitly {@link liaison.v1.ActionLeaf.verify|verify} messages.
             * @param message ActionLeaf message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.ActionLeaf.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ActionLeaf message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.ActionLeaf & liaison.v1.ActionLeaf.$Shape} ActionLeaf
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.ActionLeaf & liaison.v1.ActionLeaf.$Shape;
        }

        namespace ActionLeaf {

            /** Properties of an ActionLeaf. */
            interface $Properties {

                /** ActionLeaf leaf */
                leaf?: (liaison.v1.Leaf.$Properties|null);

                /** ActionLeaf hash */
                hash?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ActionLeaf. */
            type $Shape = liaison.v1.ActionLeaf.$Properties;
        }

        /**
         * Properties of a Release.
         * @deprecated Use liaison.v1.Release.$Properties instead.
         */
        interface IRelease extends liaison.v1.Release.$Properties {
        }

        /** Represents a Release. */
        class Release {

            /**
             * Constructs a new Release.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.Release.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Release statement. */
            statement: string;

            /** Release files. */
            files: Uint8Array;

            /**
             * Encodes the specified Release message. Does not implicitly {@link liaison.v1.Release.verify|verify} messages.
             * @param message Release message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.Release.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Release message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.Release & liaison.v1.Release.$Shape} Release
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.Release & liaison.v1.Release.$Shape;
        }

        namespace Release {

            /** Properties of a Release. */
            interface $Properties {

                /** Release statement */
                statement?: (string|null);

                /** Release files */
                files?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Release. */
            type $Shape = liaison.v1.Release.$Properties;
        }

        /**
         * Properties of an Item.
         * @deprecated Use liaison.v1.Item.$Properties instead.
         */
        interface IItem extends liaison.v1.Item.$Properties {
        }

        /** Represents an Item. */
        class Item {

            /**
             * Constructs a new Item.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.Item.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Item notice. */
            notice?: (string|null);

            /** Item action. */
            action?: (liaison.v1.Action.$Properties|null);

            /** Item request. */
            request?: (string|null);

            /** Item release. */
            release?: (liaison.v1.Release.$Properties|null);

            /** Item keyRequest. */
            keyRequest?: (string|null);

            /** Item item. */
            item?: ("notice"|"action"|"request"|"release"|"keyRequest");

            /**
             * Encodes the specified Item message. Does not implicitly {@link liaison.v1.Item.verify|verify} messages.
             * @param message Item message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.Item.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Item message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.Item & liaison.v1.Item.$Shape} Item
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.Item & liaison.v1.Item.$Shape;
        }

        namespace Item {

            /** Properties of an Item. */
            interface $Properties {

                /** Item notice */
                notice?: (string|null);

                /** Item action */
                action?: (liaison.v1.Action.$Properties|null);

                /** Item request */
                request?: (string|null);

                /** Item release */
                release?: (liaison.v1.Release.$Properties|null);

                /** Item keyRequest */
                keyRequest?: (string|null);

                /** Item item */
                item?: ("notice"|"action"|"request"|"release"|"keyRequest");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an Item. */
            type $Shape = {
              notice?: string|null;
              action?: liaison.v1.Action.$Shape|null;
              request?: string|null;
              release?: liaison.v1.Release.$Shape|null;
              keyRequest?: string|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ item?: undefined; notice?: null; action?: null; request?: null; release?: null; keyRequest?: null }|{ item?: "notice"; notice: string; action?: null; request?: null; release?: null; keyRequest?: null }|{ item?: "action"; notice?: null; action: liaison.v1.Action.$Shape; request?: null; release?: null; keyRequest?: null }|{ item?: "request"; notice?: null; action?: null; request: string; release?: null; keyRequest?: null }|{ item?: "release"; notice?: null; action?: null; request?: null; release: liaison.v1.Release.$Shape; keyRequest?: null }|{ item?: "keyRequest"; notice?: null; action?: null; request?: null; release?: null; keyRequest: string })
            );
        }

        /**
         * Properties of a Submission.
         * @deprecated Use liaison.v1.Submission.$Properties instead.
         */
        interface ISubmission extends liaison.v1.Submission.$Properties {
        }

        /** Represents a Submission. */
        class Submission {

            /**
             * Constructs a new Submission.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.Submission.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Submission statement. */
            statement: string;

            /** Submission items. */
            items: liaison.v1.Item.$Properties[];

            /**
             * Encodes the specified Submission message. Does not implicitly {@link liaison.v1.Submission.verify|verify} messages.
             * @param message Submission message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.Submission.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Submission message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.Submission & liaison.v1.Submission.$Shape} Submission
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.Submission & liaison.v1.Submission.$Shape;
        }

        namespace Submission {

            /** Properties of a Submission. */
            interface $Properties {

                /** Submission statement */
                statement?: (string|null);

                /** Submission items */
                items?: (liaison.v1.Item.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Submission. */
            type $Shape = {
              statement?: string|null;
              items?: liaison.v1.Item.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a SubmissionFrame.
         * @deprecated Use liaison.v1.SubmissionFrame.$Properties instead.
         */
        interface ISubmissionFrame extends liaison.v1.SubmissionFrame.$Properties {
        }

        /** Represents a SubmissionFrame. */
        class SubmissionFrame {

            /**
             * Constructs a new SubmissionFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.SubmissionFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SubmissionFrame contract. */
            contract: number;

            /** SubmissionFrame submission. */
            submission: Uint8Array;

            /** SubmissionFrame report. */
            report?: (liaison.v1.Record.$Properties|null);

            /** SubmissionFrame traceparent. */
            traceparent: string;

            /** SubmissionFrame narrowings. */
            narrowings: liaison.v1.Record.$Properties[];

            /**
             * Encodes the specified SubmissionFrame message. Does not implicitly {@link liaison.v1.SubmissionFrame.verify|verify} messages.
             * @param message SubmissionFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.SubmissionFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SubmissionFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.SubmissionFrame & liaison.v1.SubmissionFrame.$Shape} SubmissionFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.SubmissionFrame & liaison.v1.SubmissionFrame.$Shape;
        }

        namespace SubmissionFrame {

            /** Properties of a SubmissionFrame. */
            interface $Properties {

                /** SubmissionFrame contract */
                contract?: (number|null);

                /** SubmissionFrame submission */
                submission?: (Uint8Array|null);

                /** SubmissionFrame report */
                report?: (liaison.v1.Record.$Properties|null);

                /** SubmissionFrame traceparent */
                traceparent?: (string|null);

                /** SubmissionFrame narrowings */
                narrowings?: (liaison.v1.Record.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SubmissionFrame. */
            type $Shape = liaison.v1.SubmissionFrame.$Properties;
        }

        /**
         * Properties of a DeliveryFrame.
         * @deprecated Use liaison.v1.DeliveryFrame.$Properties instead.
         */
        interface IDeliveryFrame extends liaison.v1.DeliveryFrame.$Properties {
        }

        /** Represents a DeliveryFrame. */
        class DeliveryFrame {

            /**
             * Constructs a new DeliveryFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.DeliveryFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeliveryFrame contract. */
            contract: number;

            /** DeliveryFrame statement. */
            statement: string;

            /** DeliveryFrame records. */
            records: liaison.v1.RecordProof.$Properties[];

            /** DeliveryFrame seed. */
            seed: Uint8Array;

            /** DeliveryFrame items. */
            items: liaison.v1.DeliveredItem.$Properties[];

            /** DeliveryFrame traceparent. */
            traceparent: string;

            /**
             * Encodes the specified DeliveryFrame message. Does not implicitly {@link liaison.v1.DeliveryFrame.verify|verify} messages.
             * @param message DeliveryFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.DeliveryFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeliveryFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.DeliveryFrame & liaison.v1.DeliveryFrame.$Shape} DeliveryFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.DeliveryFrame & liaison.v1.DeliveryFrame.$Shape;
        }

        namespace DeliveryFrame {

            /** Properties of a DeliveryFrame. */
            interface $Properties {

                /** DeliveryFrame contract */
                contract?: (number|null);

                /** DeliveryFrame statement */
                statement?: (string|null);

                /** DeliveryFrame records */
                records?: (liaison.v1.RecordProof.$Properties[]|null);

                /** DeliveryFrame seed */
                seed?: (Uint8Array|null);

                /** DeliveryFrame items */
                items?: (liaison.v1.DeliveredItem.$Properties[]|null);

                /** DeliveryFrame traceparent */
                traceparent?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeliveryFrame. */
            type $Shape = {
              contract?: number|null;
              statement?: string|null;
              records?: liaison.v1.RecordProof.$Shape[]|null;
              seed?: Uint8Array|null;
              items?: liaison.v1.DeliveredItem.$Shape[]|null;
              traceparent?: string|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a RecordProof.
         * @deprecated Use liaison.v1.RecordProof.$Properties instead.
         */
        interface IRecordProof extends liaison.v1.RecordProof.$Properties {
        }

        /** Represents a RecordProof. */
        class RecordProof {

            /**
             * Constructs a new RecordProof.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.RecordProof.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecordProof statement. */
            statement: string;

            /** RecordProof own. */
            own: liaison.v1.Leaf.$Properties[];

            /** RecordProof index. */
            index: number;

            /** RecordProof path. */
            path: Uint8Array[];

            /**
             * Encodes the specified RecordProof message. Does not implicitly {@link liaison.v1.RecordProof.verify|verify} messages.
             * @param message RecordProof message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.RecordProof.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecordProof message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.RecordProof & liaison.v1.RecordProof.$Shape} RecordProof
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.RecordProof & liaison.v1.RecordProof.$Shape;
        }

        namespace RecordProof {

            /** Properties of a RecordProof. */
            interface $Properties {

                /** RecordProof statement */
                statement?: (string|null);

                /** RecordProof own */
                own?: (liaison.v1.Leaf.$Properties[]|null);

                /** RecordProof index */
                index?: (number|null);

                /** RecordProof path */
                path?: (Uint8Array[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecordProof. */
            type $Shape = liaison.v1.RecordProof.$Properties;
        }

        /**
         * Properties of a DeliveredItem.
         * @deprecated Use liaison.v1.DeliveredItem.$Properties instead.
         */
        interface IDeliveredItem extends liaison.v1.DeliveredItem.$Properties {
        }

        /** Represents a DeliveredItem. */
        class DeliveredItem {

            /**
             * Constructs a new DeliveredItem.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.DeliveredItem.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeliveredItem notice. */
            notice?: (string|null);

            /** DeliveredItem action. */
            action?: (liaison.v1.DeliveredAction.$Properties|null);

            /** DeliveredItem request. */
            request?: (string|null);

            /** DeliveredItem recall. */
            recall?: (liaison.v1.CommandPair.$Properties|null);

            /** DeliveredItem item. */
            item?: ("notice"|"action"|"request"|"recall");

            /**
             * Encodes the specified DeliveredItem message. Does not implicitly {@link liaison.v1.DeliveredItem.verify|verify} messages.
             * @param message DeliveredItem message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.DeliveredItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeliveredItem message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.DeliveredItem & liaison.v1.DeliveredItem.$Shape} DeliveredItem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.DeliveredItem & liaison.v1.DeliveredItem.$Shape;
        }

        namespace DeliveredItem {

            /** Properties of a DeliveredItem. */
            interface $Properties {

                /** DeliveredItem notice */
                notice?: (string|null);

                /** DeliveredItem action */
                action?: (liaison.v1.DeliveredAction.$Properties|null);

                /** DeliveredItem request */
                request?: (string|null);

                /** DeliveredItem recall */
                recall?: (liaison.v1.CommandPair.$Properties|null);

                /** DeliveredItem item */
                item?: ("notice"|"action"|"request"|"recall");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a DeliveredItem. */
            type $Shape = {
              notice?: string|null;
              action?: liaison.v1.DeliveredAction.$Shape|null;
              request?: string|null;
              recall?: liaison.v1.CommandPair.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ item?: undefined; notice?: null; action?: null; request?: null; recall?: null }|{ item?: "notice"; notice: string; action?: null; request?: null; recall?: null }|{ item?: "action"; notice?: null; action: liaison.v1.DeliveredAction.$Shape; request?: null; recall?: null }|{ item?: "request"; notice?: null; action?: null; request: string; recall?: null }|{ item?: "recall"; notice?: null; action?: null; request?: null; recall: liaison.v1.CommandPair.$Shape })
            );
        }

        /**
         * Properties of a CommandPair.
         * @deprecated Use liaison.v1.CommandPair.$Properties instead.
         */
        interface ICommandPair extends liaison.v1.CommandPair.$Properties {
        }

        /** Represents a CommandPair. */
        class CommandPair {

            /**
             * Constructs a new CommandPair.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.CommandPair.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CommandPair proposal. */
            proposal: Uint8Array;

            /** CommandPair record. */
            record: Uint8Array;

            /**
             * Encodes the specified CommandPair message. Does not implicitly {@link liaison.v1.CommandPair.verify|verify} messages.
             * @param message CommandPair message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.CommandPair.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CommandPair message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.CommandPair & liaison.v1.CommandPair.$Shape} CommandPair
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.CommandPair & liaison.v1.CommandPair.$Shape;
        }

        namespace CommandPair {

            /** Properties of a CommandPair. */
            interface $Properties {

                /** CommandPair proposal */
                proposal?: (Uint8Array|null);

                /** CommandPair record */
                record?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CommandPair. */
            type $Shape = liaison.v1.CommandPair.$Properties;
        }

        /**
         * Properties of a DeliveredAction.
         * @deprecated Use liaison.v1.DeliveredAction.$Properties instead.
         */
        interface IDeliveredAction extends liaison.v1.DeliveredAction.$Properties {
        }

        /** Represents a DeliveredAction. */
        class DeliveredAction {

            /**
             * Constructs a new DeliveredAction.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.DeliveredAction.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeliveredAction statement. */
            statement: string;

            /** DeliveredAction leaf. */
            leaf?: (liaison.v1.Leaf.$Properties|null);

            /** DeliveredAction index. */
            index: number;

            /** DeliveredAction path. */
            path: Uint8Array[];

            /** DeliveredAction disclosure. */
            disclosure: string;

            /**
             * Encodes the specified DeliveredAction message. Does not implicitly {@link liaison.v1.DeliveredAction.verify|verify} messages.
             * @param message DeliveredAction message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.DeliveredAction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeliveredAction message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.DeliveredAction & liaison.v1.DeliveredAction.$Shape} DeliveredAction
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.DeliveredAction & liaison.v1.DeliveredAction.$Shape;
        }

        namespace DeliveredAction {

            /** Properties of a DeliveredAction. */
            interface $Properties {

                /** DeliveredAction statement */
                statement?: (string|null);

                /** DeliveredAction leaf */
                leaf?: (liaison.v1.Leaf.$Properties|null);

                /** DeliveredAction index */
                index?: (number|null);

                /** DeliveredAction path */
                path?: (Uint8Array[]|null);

                /** DeliveredAction disclosure */
                disclosure?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeliveredAction. */
            type $Shape = liaison.v1.DeliveredAction.$Properties;
        }

        /**
         * Properties of a Record.
         * @deprecated Use liaison.v1.Record.$Properties instead.
         */
        interface IRecord extends liaison.v1.Record.$Properties {
        }

        /** Represents a Record. */
        class Record {

            /**
             * Constructs a new Record.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.Record.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Record contract. */
            contract: number;

            /** Record statement. */
            statement?: (liaison.v1.SignedSet.$Properties|null);

            /** Record receipts. */
            receipts: string[];

            /** Record command. */
            command: string;

            /** Record actions. */
            actions: liaison.v1.Action.$Properties[];

            /** Record requests. */
            requests: string[];

            /** Record changes. */
            changes: string[];

            /** Record receiptsStatement. */
            receiptsStatement: string;

            /** Record releases. */
            releases: liaison.v1.Release.$Properties[];

            /** Record keyRequests. */
            keyRequests: string[];

            /**
             * Encodes the specified Record message. Does not implicitly {@link liaison.v1.Record.verify|verify} messages.
             * @param message Record message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.Record.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Record message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.Record & liaison.v1.Record.$Shape} Record
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.Record & liaison.v1.Record.$Shape;
        }

        namespace Record {

            /** Properties of a Record. */
            interface $Properties {

                /** Record contract */
                contract?: (number|null);

                /** Record statement */
                statement?: (liaison.v1.SignedSet.$Properties|null);

                /** Record receipts */
                receipts?: (string[]|null);

                /** Record command */
                command?: (string|null);

                /** Record actions */
                actions?: (liaison.v1.Action.$Properties[]|null);

                /** Record requests */
                requests?: (string[]|null);

                /** Record changes */
                changes?: (string[]|null);

                /** Record receiptsStatement */
                receiptsStatement?: (string|null);

                /** Record releases */
                releases?: (liaison.v1.Release.$Properties[]|null);

                /** Record keyRequests */
                keyRequests?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Record. */
            type $Shape = liaison.v1.Record.$Properties;
        }

        /**
         * Properties of a Receipt.
         * @deprecated Use liaison.v1.Receipt.$Properties instead.
         */
        interface IReceipt extends liaison.v1.Receipt.$Properties {
        }

        /** Represents a Receipt. */
        class Receipt {

            /**
             * Constructs a new Receipt.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.Receipt.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Receipt statement. */
            statement: string;

            /** Receipt delivery. */
            delivery: string;

            /**
             * Encodes the specified Receipt message. Does not implicitly {@link liaison.v1.Receipt.verify|verify} messages.
             * @param message Receipt message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.Receipt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Receipt message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.Receipt & liaison.v1.Receipt.$Shape} Receipt
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.Receipt & liaison.v1.Receipt.$Shape;
        }

        namespace Receipt {

            /** Properties of a Receipt. */
            interface $Properties {

                /** Receipt statement */
                statement?: (string|null);

                /** Receipt delivery */
                delivery?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Receipt. */
            type $Shape = liaison.v1.Receipt.$Properties;
        }

        /**
         * Properties of a ReceiptFrame.
         * @deprecated Use liaison.v1.ReceiptFrame.$Properties instead.
         */
        interface IReceiptFrame extends liaison.v1.ReceiptFrame.$Properties {
        }

        /** Represents a ReceiptFrame. */
        class ReceiptFrame {

            /**
             * Constructs a new ReceiptFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.ReceiptFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReceiptFrame contract. */
            contract: number;

            /** ReceiptFrame statement. */
            statement: string;

            /** ReceiptFrame receipts. */
            receipts: liaison.v1.Receipt.$Properties[];

            /** ReceiptFrame changes. */
            changes: string[];

            /**
             * Encodes the specified ReceiptFrame message. Does not implicitly {@link liaison.v1.ReceiptFrame.verify|verify} messages.
             * @param message ReceiptFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.ReceiptFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReceiptFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.ReceiptFrame & liaison.v1.ReceiptFrame.$Shape} ReceiptFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.ReceiptFrame & liaison.v1.ReceiptFrame.$Shape;
        }

        namespace ReceiptFrame {

            /** Properties of a ReceiptFrame. */
            interface $Properties {

                /** ReceiptFrame contract */
                contract?: (number|null);

                /** ReceiptFrame statement */
                statement?: (string|null);

                /** ReceiptFrame receipts */
                receipts?: (liaison.v1.Receipt.$Properties[]|null);

                /** ReceiptFrame changes */
                changes?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReceiptFrame. */
            type $Shape = liaison.v1.ReceiptFrame.$Properties;
        }

        /**
         * Properties of a ReceiptForward.
         * @deprecated Use liaison.v1.ReceiptForward.$Properties instead.
         */
        interface IReceiptForward extends liaison.v1.ReceiptForward.$Properties {
        }

        /** Represents a ReceiptForward. */
        class ReceiptForward {

            /**
             * Constructs a new ReceiptForward.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.ReceiptForward.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReceiptForward contract. */
            contract: number;

            /** ReceiptForward receipts. */
            receipts: liaison.v1.Receipt.$Properties[];

            /** ReceiptForward recorded. */
            recorded: string;

            /** ReceiptForward changes. */
            changes: string[];

            /**
             * Encodes the specified ReceiptForward message. Does not implicitly {@link liaison.v1.ReceiptForward.verify|verify} messages.
             * @param message ReceiptForward message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.ReceiptForward.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReceiptForward message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.ReceiptForward & liaison.v1.ReceiptForward.$Shape} ReceiptForward
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.ReceiptForward & liaison.v1.ReceiptForward.$Shape;
        }

        namespace ReceiptForward {

            /** Properties of a ReceiptForward. */
            interface $Properties {

                /** ReceiptForward contract */
                contract?: (number|null);

                /** ReceiptForward receipts */
                receipts?: (liaison.v1.Receipt.$Properties[]|null);

                /** ReceiptForward recorded */
                recorded?: (string|null);

                /** ReceiptForward changes */
                changes?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReceiptForward. */
            type $Shape = liaison.v1.ReceiptForward.$Properties;
        }

        /**
         * Properties of a QueryFrame.
         * @deprecated Use liaison.v1.QueryFrame.$Properties instead.
         */
        interface IQueryFrame extends liaison.v1.QueryFrame.$Properties {
        }

        /** Represents a QueryFrame. */
        class QueryFrame {

            /**
             * Constructs a new QueryFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.QueryFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QueryFrame contract. */
            contract: number;

            /** QueryFrame query. */
            query: string;

            /**
             * Encodes the specified QueryFrame message. Does not implicitly {@link liaison.v1.QueryFrame.verify|verify} messages.
             * @param message QueryFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.QueryFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QueryFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.QueryFrame & liaison.v1.QueryFrame.$Shape} QueryFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.QueryFrame & liaison.v1.QueryFrame.$Shape;
        }

        namespace QueryFrame {

            /** Properties of a QueryFrame. */
            interface $Properties {

                /** QueryFrame contract */
                contract?: (number|null);

                /** QueryFrame query */
                query?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QueryFrame. */
            type $Shape = liaison.v1.QueryFrame.$Properties;
        }

        /**
         * Properties of an AnswerFrame.
         * @deprecated Use liaison.v1.AnswerFrame.$Properties instead.
         */
        interface IAnswerFrame extends liaison.v1.AnswerFrame.$Properties {
        }

        /** Represents an AnswerFrame. */
        class AnswerFrame {

            /**
             * Constructs a new AnswerFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.AnswerFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AnswerFrame contract. */
            contract: number;

            /** AnswerFrame answer. */
            answer: string;

            /**
             * Encodes the specified AnswerFrame message. Does not implicitly {@link liaison.v1.AnswerFrame.verify|verify} messages.
             * @param message AnswerFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.AnswerFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AnswerFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.AnswerFrame & liaison.v1.AnswerFrame.$Shape} AnswerFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.AnswerFrame & liaison.v1.AnswerFrame.$Shape;
        }

        namespace AnswerFrame {

            /** Properties of an AnswerFrame. */
            interface $Properties {

                /** AnswerFrame contract */
                contract?: (number|null);

                /** AnswerFrame answer */
                answer?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AnswerFrame. */
            type $Shape = liaison.v1.AnswerFrame.$Properties;
        }

        /**
         * Properties of a Quarantined.
         * @deprecated Use liaison.v1.Quarantined.$Properties instead.
         */
        interface IQuarantined extends liaison.v1.Quarantined.$Properties {
        }

        /** Represents a Quarantined. */
        class Quarantined {

            /**
             * Constructs a new Quarantined.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.Quarantined.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Quarantined contract. */
            contract: number;

            /** Quarantined statement. */
            statement: string;

            /** Quarantined bytes. */
            bytes: Uint8Array;

            /**
             * Encodes the specified Quarantined message. Does not implicitly {@link liaison.v1.Quarantined.verify|verify} messages.
             * @param message Quarantined message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.Quarantined.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Quarantined message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.Quarantined & liaison.v1.Quarantined.$Shape} Quarantined
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.Quarantined & liaison.v1.Quarantined.$Shape;
        }

        namespace Quarantined {

            /** Properties of a Quarantined. */
            interface $Properties {

                /** Quarantined contract */
                contract?: (number|null);

                /** Quarantined statement */
                statement?: (string|null);

                /** Quarantined bytes */
                bytes?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Quarantined. */
            type $Shape = liaison.v1.Quarantined.$Properties;
        }

        /**
         * Properties of a CheckpointFrame.
         * @deprecated Use liaison.v1.CheckpointFrame.$Properties instead.
         */
        interface ICheckpointFrame extends liaison.v1.CheckpointFrame.$Properties {
        }

        /** Represents a CheckpointFrame. */
        class CheckpointFrame {

            /**
             * Constructs a new CheckpointFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.CheckpointFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CheckpointFrame contract. */
            contract: number;

            /** CheckpointFrame heartbeat. */
            heartbeat: string;

            /** CheckpointFrame note. */
            note: string;

            /** CheckpointFrame proof. */
            proof: Uint8Array[];

            /** CheckpointFrame cosignatures. */
            cosignatures: string[];

            /** CheckpointFrame recovery. */
            recovery?: (liaison.v1.CommandPair.$Properties|null);

            /**
             * Encodes the specified CheckpointFrame message. Does not implicitly {@link liaison.v1.CheckpointFrame.verify|verify} messages.
             * @param message CheckpointFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.CheckpointFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CheckpointFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.CheckpointFrame & liaison.v1.CheckpointFrame.$Shape} CheckpointFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.CheckpointFrame & liaison.v1.CheckpointFrame.$Shape;
        }

        namespace CheckpointFrame {

            /** Properties of a CheckpointFrame. */
            interface $Properties {

                /** CheckpointFrame contract */
                contract?: (number|null);

                /** CheckpointFrame heartbeat */
                heartbeat?: (string|null);

                /** CheckpointFrame note */
                note?: (string|null);

                /** CheckpointFrame proof */
                proof?: (Uint8Array[]|null);

                /** CheckpointFrame cosignatures */
                cosignatures?: (string[]|null);

                /** CheckpointFrame recovery */
                recovery?: (liaison.v1.CommandPair.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CheckpointFrame. */
            type $Shape = liaison.v1.CheckpointFrame.$Properties;
        }

        /**
         * Properties of a DirectoryFrame.
         * @deprecated Use liaison.v1.DirectoryFrame.$Properties instead.
         */
        interface IDirectoryFrame extends liaison.v1.DirectoryFrame.$Properties {
        }

        /** Represents a DirectoryFrame. */
        class DirectoryFrame {

            /**
             * Constructs a new DirectoryFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: liaison.v1.DirectoryFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DirectoryFrame contract. */
            contract: number;

            /** DirectoryFrame directory. */
            directory?: (liaison.v1.SignedSet.$Properties|null);

            /** DirectoryFrame amendment. */
            amendment?: (liaison.v1.SignedSet.$Properties|null);

            /**
             * Encodes the specified DirectoryFrame message. Does not implicitly {@link liaison.v1.DirectoryFrame.verify|verify} messages.
             * @param message DirectoryFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: liaison.v1.DirectoryFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DirectoryFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {liaison.v1.DirectoryFrame & liaison.v1.DirectoryFrame.$Shape} DirectoryFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): liaison.v1.DirectoryFrame & liaison.v1.DirectoryFrame.$Shape;
        }

        namespace DirectoryFrame {

            /** Properties of a DirectoryFrame. */
            interface $Properties {

                /** DirectoryFrame contract */
                contract?: (number|null);

                /** DirectoryFrame directory */
                directory?: (liaison.v1.SignedSet.$Properties|null);

                /** DirectoryFrame amendment */
                amendment?: (liaison.v1.SignedSet.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DirectoryFrame. */
            type $Shape = liaison.v1.DirectoryFrame.$Properties;
        }
    }
}
