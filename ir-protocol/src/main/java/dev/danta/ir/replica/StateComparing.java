package dev.danta.ir.replica;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StateView;
import dev.danta.ir.runtime.Effect;
import java.util.List;

/**
 * A replica's part in comparing states with its peers (protocol.md 7): it says in hashes what it has, holds the hashes of a
 * peer against its own state, and joins what a peer has sent.
 *
 * <p><b>Why a peer's newest committed version may be taken at any moment.</b> A version is on a disk only because its
 * transaction was committed, and a replica may be told of a commit at any moment from the decision on, before or after
 * everything else that it is told. To a key, taking the version is what being told of the commit would be: all that is left
 * out is the record and the end of the hold. So no state arises that could not arise without it, but for these, each of
 * which is harmless:
 *
 * <ul>
 *   <li><i>The transaction is undecided here.</i> It goes on to hold its keys until its decision comes or it is settled, and
 *       the decision writes the same version once more. Whoever votes or validates here meanwhile meets the hold and, if he
 *       has read less, the version; a strict reader is shown both.
 *   <li><i>Other transactions hold the key here.</i> They were voted for before; whether they commit rests on q votes, one
 *       of them by a replica that has voted for the version's transaction as well, and that one has put them in order. If
 *       they commit below this version, theirs is not the newest when it comes, as with decisions out of order.
 *   <li><i>Some keys of a transaction have come and others have not.</i> To the others this replica is merely behind, which
 *       it may always be: a reader or a transaction that combines the two needs q replicas, and one of them has voted OK for
 *       the writer, so that it still holds all of its keys or has applied all of it.
 *   <li><i>The transaction is not known here at all.</i> Watermarks do not look at versions: {@code resolvedBelow} passes it
 *       only after its record was collected from a quorum, and with it comes the decision. Until then nobody drops it.
 *   <li><i>The version is at or below this replica's {@code deletedBelow}.</i> It was here, or is; if it is not, a deletion
 *       took its place and was dropped. It is skipped: what a peer sent may have been under way for long.
 * </ul>
 *
 * <p>Relaxed states are joined, which is the same whenever and however often it is done.
 */
final class StateComparing {
    /** In one answer: few, for others want to be served meanwhile. */
    private static final int HASHES_MAX = 32;

    private final RecordTable table;
    private final Application application;
    private final ReplicaLog log;

    StateComparing(RecordTable table, Application application, ReplicaLog log) {
        this.table = table;
        this.log = log;
        this.application = application;
    }

    void onSummarize(Step step, IrMessage.Summarize asked) {
        StateView view = asked.view();
        List<RangeHash> parts = view.suits(table.watermarks())
                ? application.summarize(view, asked.after(), asked.upTo(), asked.keysEach(), HASHES_MAX)
                : List.of();
        step.reply(new IrMessage.Summarized(view.id(), table.watermarks(), parts));
    }

    void onCompare(Step step, IrMessage.Compare asked) {
        StateView view = asked.view();
        if (!view.suits(table.watermarks())) {
            step.reply(new IrMessage.Compared(view.id(), table.watermarks(), List.of(), null, null));
            return;
        }
        StateComparison found = application.compare(view, asked.after(), asked.parts(), asked.sends());
        if (found != null) {
            step.reply(new IrMessage.Compared(
                    view.id(), table.watermarks(), found.different(), found.part(), found.upTo()));
        }
    }

    void onRepair(Step step, IrMessage.Repair repair) {
        List<Effect> joined = application.join(repair.part(), Timestamp.ZERO);
        int first = step.effects().size();
        step.addAll(joined);
        log.appendJoined(step.effects(), first);
        step.reply(new IrMessage.Repaired(repair.id(), joined.size()));
    }
}
