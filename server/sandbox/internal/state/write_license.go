package state

import (
	"math"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/internal/store"
)

// licenses adds the SKUs. In the document, consumedLicenses counts the seats of the listed users and those held elsewhere; the
// store keeps the latter.
func (w *writer) licenses(p place, domain string, instance control.ProviderInstance) error {
	assigned := seats(instance.Users)
	if err := w.takenSeats(p, instance, assigned); err != nil {
		return err
	}
	for i, l := range instance.Licenses {
		p, held := p.item("licenses", i), assigned[l.SkuID]
		if l.ConsumedLicenses < held {
			return p.member("consumedLicenses").refuse("at least the seats that the listed users hold")
		}
		// Once all free seats are taken, all of these are consumed.
		if int64(l.ConsumedLicenses)+available(l) > math.MaxInt32 {
			return p.member("availableLicenses").refuse("no more seats than a 32-bit number can count")
		}
		err := w.tx.AddLicense(domain, instance.ID, store.License{
			SkuID: l.SkuID, Name: l.Name, Total: l.TotalLicenses, Suspended: l.SuspendedLicenses,
			Elsewhere: l.ConsumedLicenses - held, Assignable: held + int32(available(l)),
		})
		if err != nil {
			return p.member("skuId").refuseConflict(err, "an SKU")
		}
	}
	return nil
}

// available returns the number of free seats. If the state does not give it, it is the rest of the total.
func available(l control.License) int64 {
	if l.AvailableLicenses != nil {
		return int64(*l.AvailableLicenses)
	}
	return max(0, int64(l.TotalLicenses)-int64(l.ConsumedLicenses)-int64(l.SuspendedLicenses))
}

// seats counts the seats that users hold, by SKU. An SKU that a user lists twice is one seat.
func seats(users []control.CustomerUser) map[string]int32 {
	count := map[string]int32{}
	for _, u := range users {
		seen := make(map[string]bool, len(u.Licenses))
		for _, sku := range u.Licenses {
			if !seen[sku] {
				seen[sku] = true
				count[sku]++
			}
		}
	}
	return count
}
