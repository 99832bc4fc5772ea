"""The guards of consents, delegations, identities and delayed notices (授权与委托只追加)."""

from django.db import migrations

from gongxin.spine.append_only import guard


class Migration(migrations.Migration):
    dependencies = [("access", "0003_consents")]
    operations = [
        migrations.RunPython(
            *guard(
                "access_identityact",
                "access_delegationact",
                "access_consentrow",
                "access_withheld",
                "access_lookreply",
            )
        )
    ]
