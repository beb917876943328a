package dev.danta.ir.replica;

import dev.danta.ir.id.OpId;
import dev.danta.ir.message.IrMessage;
import org.jspecify.annotations.Nullable;

/**
 * Which transfer it is that a waiting replica is being filled by. It makes the steps of one, in order and all of them, and no
 * others in between: whether it is told what there is, or asked what it has, because what has been found equal must still be
 * so when the transfer is over. Where its source has forgotten what was here before, a step drops it, and what another transfer
 * brings after that would stay. A disk without state has no watermark of its own by which it could tell.
 *
 * <p>Kept in memory only: a replica that starts again is filled from the beginning.
 */
final class Filling {
    /** So often another transfer asks, and the one that is under way has not gone on, before it is given up. */
    private static final int IN_VAIN_MAX = 3;

    private @Nullable OpId fill;
    private long steps;
    private int inVain;

    /** Whether step {@code number} of {@code transfer} is the next one, or comes once more. */
    boolean takes(OpId transfer, long number) {
        if (transfer.equals(fill)) {
            if (number == steps) {
                steps++;
                inVain = 0;
            }
            return number == steps - 1;
        }
        if (number == 0 && (fill == null || inVain >= IN_VAIN_MAX)) {
            fill = transfer;
            steps = 1;
            inVain = 0;
            return true;
        }
        inVain++;
        return false;
    }

    /** Whether all steps of the transfer that {@code end} belongs to were made, and nothing else since they began. */
    boolean isWhole(IrMessage.InstallEnd end) {
        return end.fill().equals(fill) && end.steps() == steps;
    }
}
