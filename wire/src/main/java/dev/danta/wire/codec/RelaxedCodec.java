package dev.danta.wire.codec;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.InconsistentOp;
import dev.danta.occ.Key;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.wire.proto.DataProto;
import java.util.Map;
import java.util.TreeMap;

/** Values that merge. */
final class RelaxedCodec {
    private final ValueCodec values;

    RelaxedCodec(ValueCodec values) {
        this.values = values;
    }

    DataProto.RelaxedState encode(RelaxedState state) {
        if (state instanceof LwwRegister register) {
            DataProto.Register.Builder wire =
                    DataProto.Register.newBuilder().setStamp(IdCodec.encode(register.stamp()));
            if (register.value() != null) {
                wire.setValue(values.encodeValue(register.value()));
            }
            return DataProto.RelaxedState.newBuilder().setRegister(wire).build();
        }
        if (state instanceof Spending spending) {
            return DataProto.RelaxedState.newBuilder()
                    .setSpending(DataProto.Spending.newBuilder()
                            .setSequence(spending.sequence())
                            .setCumulative(spending.cumulative())
                            .setFenced(spending.fenced()))
                    .build();
        }
        return DataProto.RelaxedState.newBuilder()
                .setCounter(encode((Counter) state))
                .build();
    }

    DataProto.RelaxedUpdate encode(InconsistentOp op) {
        if (!(op instanceof RelaxedUpdate update)) {
            throw new IllegalArgumentException("there is no encoding for the operation " + op);
        }
        return DataProto.RelaxedUpdate.newBuilder()
                .setKey(ValueCodec.encode(update.key()))
                .setChange(encode(update.change()))
                .build();
    }

    RelaxedUpdate update(DataProto.RelaxedUpdate wire, Place at) {
        at.field("key");
        Key key = ValueCodec.key(wire.getKey(), at);
        return new RelaxedUpdate(key, relaxedState(wire.hasChange(), wire.getChange(), "change", at));
    }

    DataProto.DoneOp encode(OpId id, InconsistentOp op) {
        return DataProto.DoneOp.newBuilder()
                .setId(IdCodec.encode(id))
                .setRelaxedUpdate(encode(op))
                .build();
    }

    /** The operation; its id is taken apart from it. */
    RelaxedUpdate done(DataProto.DoneOp wire, Place at) {
        at.field("op");
        if (wire.getOpCase() != DataProto.DoneOp.OpCase.RELAXED_UPDATE) {
            throw at.malformed("is of no known kind");
        }
        return update(wire.getRelaxedUpdate(), at);
    }

    private DataProto.Counter encode(Counter counter) {
        if (counter.totals().size() > values.counterEntriesMax()) {
            throw new IllegalArgumentException("a counter of "
                    + counter.totals().size() + " clients is over the limit of " + values.counterEntriesMax());
        }
        DataProto.Counter.Builder wire = DataProto.Counter.newBuilder();
        for (Map.Entry<ClientId, Counter.Total> entry : counter.totals().entrySet()) {
            wire.addTotals(DataProto.Counter.Total.newBuilder()
                    .setClientHigh(entry.getKey().high())
                    .setClientLow(entry.getKey().low())
                    .setSequence(entry.getValue().sequence())
                    .setSum(entry.getValue().sum()));
        }
        return wire.build();
    }

    RelaxedState relaxedState(boolean present, DataProto.RelaxedState wire, String field, Place at) {
        at.field(field);
        at.requirePresent(present);
        return switch (wire.getKindCase()) {
            case REGISTER -> register(wire.getRegister(), at);
            case COUNTER -> counter(wire.getCounter(), field, at);
            case SPENDING -> spending(wire.getSpending(), at);
            case KIND_NOT_SET -> throw at.malformed("is of no known kind");
        };
    }

    private LwwRegister register(DataProto.Register wire, Place at) {
        Timestamp stamp = IdCodec.takenTimestamp(wire.hasStamp(), wire.getStamp(), at);
        return new LwwRegister(stamp, wire.hasValue() ? values.value(wire.getValue(), at) : null);
    }

    private static Spending spending(DataProto.Spending wire, Place at) {
        long sequence = wire.getSequence();
        long cumulative = wire.getCumulative();
        if (sequence < 0 || cumulative < 0 || (sequence == 0 && cumulative > 0)) {
            throw at.malformed("has spent " + cumulative + " in " + sequence + " times");
        }
        return new Spending(sequence, cumulative, wire.getFenced());
    }

    private Counter counter(DataProto.Counter wire, String field, Place at) {
        at.requireCount(wire.getTotalsCount(), values.counterEntriesMax());
        TreeMap<ClientId, Counter.Total> totals = new TreeMap<>();
        ClientId last = null;
        for (int i = 0; i < wire.getTotalsCount(); i++) {
            DataProto.Counter.Total one = wire.getTotals(i);
            at.item(field, i, "client");
            ClientId client = new ClientId(one.getClientHigh(), one.getClientLow());
            if (last != null && last.compareTo(client) >= 0) {
                throw at.malformed(last.equals(client) ? "stands twice" : "is not above the one before it");
            }
            last = client;
            at.item(field, i, "sequence");
            if (one.getSequence() < 1) {
                throw at.malformed("is " + one.getSequence() + ", sequences start at 1");
            }
            totals.put(client, new Counter.Total(one.getSequence(), one.getSum()));
        }
        return new Counter(totals);
    }
}
