package dev.danta.ir.replica;

import dev.danta.ir.id.OpId;
import dev.danta.ir.message.IrMessage;
import org.jspecify.annotations.Nullable;

/**
 * Which transfer it is that a waiting replica is being filled by. It takes the pages of one, in order and all of them, and no
 * others in between: a page drops what its source has forgotten of what was here before, and what another transfer brings after
 * that would stay. A disk without state has no watermark of its own by which it could tell.
 *
 * <p>Kept in memory only: a replica that starts again is filled from the beginning.
 */
final class Filling {
    /** So often another transfer asks, and the one that is under way has not gone on, before it is given up. */
    private static final int IN_VAIN_MAX = 3;

    private @Nullable OpId fill;
    private long pages;
    private int inVain;

    /** Whether {@code page} is the next one, or comes once more. */
    boolean takes(IrMessage.TakeState page) {
        if (page.fill().equals(fill)) {
            if (page.number() == pages) {
                pages++;
                inVain = 0;
            }
            return page.number() == pages - 1;
        }
        if (page.number() == 0 && (fill == null || inVain >= IN_VAIN_MAX)) {
            fill = page.fill();
            pages = 1;
            inVain = 0;
            return true;
        }
        inVain++;
        return false;
    }

    /** Whether all pages of the transfer that {@code end} belongs to are here, and nothing else since they began. */
    boolean isWhole(IrMessage.InstallEnd end) {
        return end.fill().equals(fill) && end.pages() == pages;
    }
}
