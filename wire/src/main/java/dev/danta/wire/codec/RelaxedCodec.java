package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.InconsistentOp;
import dev.danta.occ.Key;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.wire.proto.DataProto;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Values that merge. */
final class RelaxedCodec {
    private final ValueCodec values;

    RelaxedCodec(ValueCodec values) {
        this.values = values;
    }

    DataProto.RelaxedState encode(RelaxedState state) {
        DataProto.RelaxedState.Builder wire = DataProto.RelaxedState.newBuilder();
        if (state instanceof LwwRegister register) {
            wire.setRegister(encode(register));
        } else if (state instanceof Counter counter) {
            wire.setCounter(encode(counter));
        } else if (state instanceof LwwSet set) {
            DataProto.LwwSet.Builder both = DataProto.LwwSet.newBuilder();
            set.added().forEach((element, stamp) -> both.addAdded(encode(element, stamp)));
            set.removed().forEach((element, stamp) -> both.addRemoved(encode(element, stamp)));
            wire.setLwwSet(both);
        } else if (state instanceof LwwMap map) {
            DataProto.LwwMap.Builder fields = DataProto.LwwMap.newBuilder();
            map.fields()
                    .forEach((name, register) -> fields.addFields(DataProto.LwwMap.Field.newBuilder()
                            .setName(values.encodeValue(name))
                            .setRegister(encode(register))));
            wire.setLwwMap(fields);
        } else if (state instanceof GrowSet set) {
            DataProto.GrowSet.Builder elements = DataProto.GrowSet.newBuilder();
            set.elements().forEach(element -> elements.addElements(values.encodeValue(element)));
            wire.setGrowSet(elements);
        } else if (state instanceof Spending spending) {
            wire.setSpending(DataProto.Spending.newBuilder()
                    .setSequence(spending.sequence())
                    .setCumulative(spending.cumulative())
                    .setFenced(spending.fenced()));
        }
        return wire.build();
    }

    private DataProto.Register encode(LwwRegister register) {
        DataProto.Register.Builder wire = DataProto.Register.newBuilder().setStamp(IdCodec.encode(register.stamp()));
        if (register.value() != null) {
            wire.setValue(values.encodeValue(register.value()));
        }
        return wire.build();
    }

    private DataProto.LwwSet.Stamped encode(Bytes element, Timestamp stamp) {
        return DataProto.LwwSet.Stamped.newBuilder()
                .setElement(values.encodeValue(element))
                .setStamp(IdCodec.encode(stamp))
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
            case LWW_SET -> set(wire.getLwwSet(), field, at);
            case LWW_MAP -> map(wire.getLwwMap(), field, at);
            case GROW_SET -> growSet(wire.getGrowSet(), field, at);
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

    private LwwSet set(DataProto.LwwSet wire, String field, Place at) {
        return new LwwSet(stamped(wire.getAddedList(), field, at), stamped(wire.getRemovedList(), field, at));
    }

    private SortedMap<Bytes, Timestamp> stamped(List<DataProto.LwwSet.Stamped> wire, String field, Place at) {
        TreeMap<Bytes, Timestamp> stamped = new TreeMap<>();
        for (int i = 0; i < wire.size(); i++) {
            DataProto.LwwSet.Stamped one = wire.get(i);
            at.item(field, i, "element");
            Bytes element = next(stamped.isEmpty() ? null : stamped.lastKey(), one.getElement(), at);
            at.item(field, i, "stamp");
            stamped.put(element, IdCodec.takenTimestamp(one.hasStamp(), one.getStamp(), at));
        }
        return stamped;
    }

    private LwwMap map(DataProto.LwwMap wire, String field, Place at) {
        TreeMap<Bytes, LwwRegister> fields = new TreeMap<>();
        for (int i = 0; i < wire.getFieldsCount(); i++) {
            DataProto.LwwMap.Field one = wire.getFields(i);
            at.item(field, i, "name");
            Bytes name = next(fields.isEmpty() ? null : fields.lastKey(), one.getName(), at);
            at.item(field, i, "register");
            at.requirePresent(one.hasRegister());
            fields.put(name, register(one.getRegister(), at));
        }
        return new LwwMap(fields);
    }

    private GrowSet growSet(DataProto.GrowSet wire, String field, Place at) {
        TreeSet<Bytes> elements = new TreeSet<>();
        for (int i = 0; i < wire.getElementsCount(); i++) {
            at.item(field, i, "element");
            elements.add(next(elements.isEmpty() ? null : elements.last(), wire.getElements(i), at));
        }
        return new GrowSet(elements);
    }

    /** An element, which stands after {@code last}; how many there are, the size of the message bounds. */
    private Bytes next(@Nullable Bytes last, ByteString wire, Place at) {
        Bytes element = values.value(wire, at);
        if (last != null && last.compareTo(element) >= 0) {
            throw at.malformed(last.equals(element) ? "stands twice" : "is not above the one before it");
        }
        return element;
    }
}
