namespace DvdStore.Generation;

/// <summary>Once in the period store 1 hires a clerk, and once its manager hands over to a clerk and goes to store 2.</summary>
internal sealed class StaffChanges(StoreRun run, PeopleRegister people)
{
    public void Apply(DayExport export)
    {
        if (export.Day == run.Schedule.NewStaffDay)
            Hire(export);
        if (export.Day == run.Schedule.ManagerChangeDay)
            ChangeManager(export);
        if (export.Day == run.Schedule.NewStaffDay || export.Day == run.Schedule.ManagerChangeDay)
            MemberSnapshots.WriteStaff(export, run.State);
    }

    private void Hire(DayExport export)
    {
        LiveStore store = run.State.Store(1);
        LiveStaff staff = people.NewStaff(export, export.Day, store);
        run.Facts.StaffJoined.Add(new StaffJoined(staff.Id, run.Schedule.Date(export.Day), store.Id));
    }

    private void ChangeManager(DayExport export)
    {
        DateOnly today = run.Schedule.Date(export.Day);
        DateTime now = run.Schedule.Overnight(export.Day);
        LiveStore store = run.State.Store(1);
        LiveStore other = run.State.Store(2);
        LiveStaff old = store.Staff.Single(staff => staff.Id == store.ManagerId);
        LiveStaff successor = store.Staff.First(staff => staff.Id != store.ManagerId);

        store.ManagerId = successor.Id;
        store.LastUpdate = now;
        MemberSnapshots.WriteStores(export, run.State);
        run.Facts.ManagerChanges.Add(new ManagerChange(store.Id, today, old.Id, successor.Id));

        store.Staff.Remove(old);
        other.Staff.Add(old);
        old.StoreId = other.Id;
        old.LastUpdate = now;
        run.Facts.StaffTransfers.Add(new StaffTransfer(old.Id, today, store.Id, other.Id));
    }
}
