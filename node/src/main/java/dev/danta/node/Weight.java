package dev.danta.node;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.RelaxedUpdate;
import org.jspecify.annotations.Nullable;

/** About how many bytes of memory a message takes; what is around its keys and values is estimated generously. */
final class Weight {
    private static final long MESSAGE = 256;
    private static final long ENTRY = 96;

    private Weight() {}

    static long of(IrMessage message) {
        if (message instanceof IrMessage.Propose propose) {
            return MESSAGE + of(propose.body());
        }
        if (message instanceof IrMessage.Finalize finalize) {
            return MESSAGE + of(finalize.body());
        }
        if (message instanceof IrMessage.Decide decide) {
            return MESSAGE + of(decide.body());
        }
        if (message instanceof IrMessage.Execute execute && execute.op() instanceof RelaxedUpdate update) {
            return MESSAGE + update.key().bytes().size() + of(update.change());
        }
        return MESSAGE;
    }

    private static long of(@Nullable Body body) {
        if (!(body instanceof PrepareBody prepare)) {
            return 0;
        }
        long bytes = 0;
        for (Read read : prepare.accesses().reads()) {
            bytes += ENTRY + read.key().bytes().size();
        }
        for (Write write : prepare.accesses().writes()) {
            bytes += ENTRY + write.key().bytes().size() + of(write.value());
        }
        return bytes;
    }

    private static long of(RelaxedState change) {
        if (change instanceof LwwRegister register) {
            return of(register.value());
        }
        return change instanceof Counter counter ? counter.totals().size() * ENTRY : change.sizeBytes();
    }

    private static long of(@Nullable Bytes value) {
        return value == null ? 0 : value.size();
    }
}
