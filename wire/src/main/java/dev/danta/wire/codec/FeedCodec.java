package dev.danta.wire.codec;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.message.Changes;
import dev.danta.occ.Key;
import dev.danta.txn.KeyChange;
import dev.danta.txn.KeyChanges;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.wire.proto.DataProto;
import dev.danta.wire.proto.MessageProto;
import java.util.ArrayList;
import java.util.List;

/** What has changed, as a log keeps it and as a feed tells it. */
final class FeedCodec {
    private final ValueCodec values;
    private final RelaxedCodec relaxedStates;

    FeedCodec(ValueCodec values) {
        this.values = values;
        this.relaxedStates = new RelaxedCodec(values);
    }

    List<DataProto.KeyChange> encode(Changes changes) {
        if (!(changes instanceof KeyChanges all)) {
            throw new IllegalArgumentException("there is no encoding for the changes " + changes);
        }
        return encode(all.keys());
    }

    private List<DataProto.KeyChange> encode(List<KeyChange> changes) {
        values.requireKeyCount(changes.size());
        List<DataProto.KeyChange> wire = new ArrayList<>(changes.size());
        for (KeyChange change : changes) {
            DataProto.KeyChange.Builder one = DataProto.KeyChange.newBuilder().setKey(ValueCodec.encode(change.key()));
            if (change instanceof KeyChange.Written written) {
                one.setWritten(DataProto.KeyChange.Written.newBuilder()
                        .setVersion(values.encode(written.version()))
                        .setOvertaken(written.overtaken()));
            } else if (change instanceof KeyChange.Joined joined) {
                one.setJoined(relaxedStates.encode(joined.change()));
            }
            wire.add(one.build());
        }
        return wire;
    }

    MessageProto.ReadFeed encode(ReadQuery.Feed feed) {
        MessageProto.ReadFeed.Builder wire = MessageProto.ReadFeed.newBuilder()
                .setKeys(ValueCodec.encode(feed.keys()))
                .setLimit(feed.limit())
                .setHoldMillis(feed.holdMillis());
        if (feed.after() != null) {
            wire.setAfter(IdCodec.encode(feed.after()));
        }
        return wire.build();
    }

    MessageProto.FeedAnswer encode(ReadAnswer.Feed feed) {
        return MessageProto.FeedAnswer.newBuilder()
                .setUpTo(IdCodec.encode(feed.upTo()))
                .addAllChanges(encode(feed.changes()))
                .setEnd(feed.end())
                .build();
    }

    KeyChanges changes(List<DataProto.KeyChange> wire, Place at) {
        at.field("changes");
        if (wire.isEmpty()) {
            throw at.malformed("are none");
        }
        return new KeyChanges(list(wire, at));
    }

    private List<KeyChange> list(List<DataProto.KeyChange> wire, Place at) {
        at.field("changes");
        at.requireCount(wire.size(), values.keyCountMax());
        List<KeyChange> changes = new ArrayList<>(wire.size());
        for (int i = 0; i < wire.size(); i++) {
            DataProto.KeyChange one = wire.get(i);
            at.item("changes", i, "key");
            Key key = ValueCodec.key(one.getKey(), at);
            changes.add(
                    switch (one.getChangeCase()) {
                        case WRITTEN -> {
                            at.item("changes", i, "version");
                            DataProto.KeyChange.Written written = one.getWritten();
                            yield new KeyChange.Written(
                                    key,
                                    values.version(written.hasVersion(), written.getVersion(), at),
                                    written.getOvertaken());
                        }
                        case JOINED ->
                            new KeyChange.Joined(key, relaxedStates.relaxedState(true, one.getJoined(), "joined", at));
                        case CHANGE_NOT_SET -> throw at.malformed("is of no known kind");
                    });
        }
        return changes;
    }

    static ReadQuery.Feed query(MessageProto.ReadFeed wire, Place at) {
        LogPosition after = wire.hasAfter() ? IdCodec.position("after", true, wire.getAfter(), at) : null;
        at.field("keys");
        var keys = ValueCodec.range(wire.hasKeys(), wire.getKeys(), at);
        at.field("limit");
        // Protobuf's unsigned numbers come as signed ones.
        if (wire.getLimit() < 1 || wire.getLimit() > ReadQuery.CHANGES_MAX) {
            throw at.malformed("is not from 1 to " + ReadQuery.CHANGES_MAX);
        }
        at.field("hold_millis");
        if (wire.getHoldMillis() < 0 || wire.getHoldMillis() > ReadQuery.HOLD_MILLIS_MAX) {
            throw at.malformed("is not from 0 to " + ReadQuery.HOLD_MILLIS_MAX);
        }
        return new ReadQuery.Feed(after, keys, wire.getLimit(), wire.getHoldMillis());
    }

    ReadAnswer.Feed answer(MessageProto.FeedAnswer wire, Place at) {
        LogPosition upTo = IdCodec.position("up_to", wire.hasUpTo(), wire.getUpTo(), at);
        List<KeyChange> changes = list(wire.getChangesList(), at);
        at.field("end");
        if (wire.getEnd() < 0) {
            throw at.malformed("is the negative number " + wire.getEnd());
        }
        return new ReadAnswer.Feed(upTo, changes, wire.getEnd());
    }
}
