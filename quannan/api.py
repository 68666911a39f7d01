"""The REST API: every app's endpoints under one version, their description, and a page to read it.

Only the session of the pages opens it; other systems get tokens of their own once they are connected.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.views.decorators.http import require_GET
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api import ActivityDetail, ActivityList
from coverage.api import CoverageReport, MilestoneList, OrganizationDetail, OrganizationList
from coverage.api_comparison import Comparison
from coverage.api_gaps import GapList
from coverage.api_matrix import CoverageMatrix
from coverage.api_publications import PublicationDetail, PublicationList
from coverage.api_why import OrganizationsBehind
from evaluation.api import ReportAnswers, ReportDetail, ReportList, RoundList
from evaluation.api_assessments import AssessmentDetail, AssessmentList
from funding.api import FundChecks, FundDetail, FundList
from orgs.api import BodyList, UnitList
from quannan.base.api import Parameter, Problems, ReadView, SessionOnly
from quannan.base.scope import page_for


@dataclass(frozen=True)
class Endpoint:
    """One address of the API as its page shows it."""

    address: str
    title: str
    text: str
    parameters: tuple[Parameter, ...]
    try_url: str


class Schema(Problems, SpectacularAPIView):
    """The OpenAPI description, for signed-in accounts."""

    authentication_classes = [SessionOnly]
    permission_classes = [IsAuthenticated]


class Nowhere(ReadView):
    """Whatever else lies below the API: not found, in the API's own words."""

    permission_classes = [IsAuthenticated]
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super(ReadView, self).initial(request, *args, **kwargs)
        raise Http404

    def get(self, request: Request, rest: str) -> Response:
        raise Http404


def _prefix() -> str:
    return "/api/v1/"


ENDPOINTS = (
    ("organizations/", "组织", "某一天在册的组织:名称、代码、单位、年度数字和各条线的判定。", OrganizationList, True),
    ("organizations/{代码}/", "一个组织", "按统一社会信用代码或编号取一个组织。", OrganizationDetail, False),
    (
        "coverage/",
        "覆盖进度",
        "某一天的全部数字:基数、各口径、各单位、各节点,与页面和命令出自同一份计算。",
        CoverageReport,
        True,
    ),
    (
        "coverage/organizations/",
        "数字背后的组织",
        "一个数字所计的组织,各带所用数字、标准和条款、覆盖它的组织、尚缺什么。",
        OrganizationsBehind,
        True,
    ),
    (
        "coverage/matrix/",
        "单位与条线",
        "某一天各单位各条线的已建和基数,基数可选。",
        CoverageMatrix,
        True,
    ),
    (
        "coverage/comparison/",
        "两期对比",
        "两个日期各条线的应建、已建和覆盖率,其间进入、退出、新增、减少各多少家。",
        Comparison,
        True,
    ),
    ("milestones/", "目标节点", "使用中的节点,截至日期和到期日各是多少。", MilestoneList, True),
    ("publications/", "上报数字", "全部定稿:截至日期、报送对象、定稿人和时间、摘要。", PublicationList, True),
    (
        "publications/{编号}/",
        "一份上报数字",
        "定稿时的数字、规则和单元格,照原样。",
        PublicationDetail,
        False,
    ),
    ("gaps/", "缺口", "某一天应建未建的组织:所缺的条线、应建依据、责任单位和期限。", GapList, True),
    ("rounds/", "年报批次", "已启动的批次和各个日期。", RoundList, True),
    ("reports/", "年检年报", "您能看到的年报:组织、年度、状态、回执。", ReportList, True),
    ("reports/{编号}/", "一份年检年报", "各个问题、已知的内容及来源、现在的回答。", ReportDetail, False),
    (
        "reports/{编号}/answers/",
        "写入年报的回答",
        "POST:写入回答,全部读得出来才写入;截止以后不能写入。报送由填报人在网页上签署。",
        ReportAnswers,
        False,
    ),
    ("funds/", "经费", "到某一天为止的经费收支,一笔一行。", FundList, True),
    ("funds/{编号}/", "一笔经费", "一笔收入或支出;已作废的写明时间和理由。", FundDetail, False),
    ("fund-checks/", "人均活动经费", "一年的人均活动经费:各单位的家数和每家的结论。", FundChecks, True),
    (
        "activities/",
        "活动",
        "您能看到的组织主办或共同参加的活动,可按期间、条线、单位和更新时间取。",
        ActivityList,
        True,
    ),
    ("activities/{编号}/", "一项活动", "按编号取一项活动。", ActivityDetail, False),
    ("assessments/", "考核", "您能看到的考核:方案、得分、等次;没有评分权限的只看得到已核定的。", AssessmentList, True),
    ("assessments/{编号}/", "一份考核", "各项指标的评定值、得分和计入的分。", AssessmentDetail, False),
    ("bodies/", "党群组织", "某一天在册的党群组织:条线、形式、成立、确认、覆盖几家。", BodyList, True),
    ("units/", "主管党(工)委", "您能看到的单位。", UnitList, True),
)


@require_GET
@page_for(lambda user: user.is_authenticated)
def docs(request: HttpRequest) -> HttpResponse:
    """What the API offers, as a plain page: it needs no script."""
    endpoints = [
        Endpoint(f"{_prefix()}{address}", title, text, view.parameters, f"{_prefix()}{address}" if direct else "")
        for address, title, text, view, direct in ENDPOINTS
    ]
    return render(
        request, "api/docs.html", {"endpoints": endpoints, "version": settings.SPECTACULAR_SETTINGS["VERSION"]}
    )


urlpatterns = [
    path("organizations/", OrganizationList.as_view(), name="api-organizations"),
    path("organizations/<str:key>/", OrganizationDetail.as_view(), name="api-organization"),
    path("coverage/", CoverageReport.as_view(), name="api-coverage"),
    path("coverage/organizations/", OrganizationsBehind.as_view(), name="api-coverage-organizations"),
    path("coverage/comparison/", Comparison.as_view(), name="api-comparison"),
    path("coverage/matrix/", CoverageMatrix.as_view(), name="api-coverage-matrix"),
    path("milestones/", MilestoneList.as_view(), name="api-milestones"),
    path("publications/", PublicationList.as_view(), name="api-publications"),
    path("publications/<int:pk>/", PublicationDetail.as_view(), name="api-publication"),
    path("gaps/", GapList.as_view(), name="api-gaps"),
    path("rounds/", RoundList.as_view(), name="api-rounds"),
    path("reports/", ReportList.as_view(), name="api-reports"),
    path("reports/<int:pk>/", ReportDetail.as_view(), name="api-report"),
    path("reports/<int:pk>/answers/", ReportAnswers.as_view(), name="api-report-answers"),
    path("funds/", FundList.as_view(), name="api-funds"),
    path("funds/<int:pk>/", FundDetail.as_view(), name="api-fund"),
    path("fund-checks/", FundChecks.as_view(), name="api-fund-checks"),
    path("activities/", ActivityList.as_view(), name="api-activities"),
    path("activities/<int:pk>/", ActivityDetail.as_view(), name="api-activity"),
    path("assessments/", AssessmentList.as_view(), name="api-assessments"),
    path("assessments/<int:pk>/", AssessmentDetail.as_view(), name="api-assessment"),
    path("bodies/", BodyList.as_view(), name="api-bodies"),
    path("units/", UnitList.as_view(), name="api-units"),
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"^(?P<rest>.*)$", Nowhere.as_view(), name="api-nowhere"),
]
